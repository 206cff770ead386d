"""Pernyataan yang memakai NumPy, ditulis kembali dengan fungsi torch yang artinya dan argumennya sama."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from numbers import Number
from typing import Any

import torch

from autograd_viz.doctor.expressions import dotted, value_paths
from autograd_viz.doctor.findings import called

_DROPPED = ("numpy", "detach", "cpu", "item", "tolist")
_WRAPPERS = ("tensor", "as_tensor", "from_numpy", "FloatTensor", "Tensor")
_ARRAYS = ("array", "asarray", "ascontiguousarray")
_NUMPY = ("np", "numpy")
_PARTS = {"linalg": torch.linalg, "fft": torch.fft}
_OTHER_NAMES = {
    "power": "pow", "concatenate": "cat", "mod": "remainder", "float_power": "pow", "max": "amax", "min": "amin",
    "dot": "matmul", "repeat": "repeat_interleave", "expand_dims": "unsqueeze", "average": "mean",
}  # fmt: skip
_OTHER_MEANING = ("interp", "gradient", "median", "sort", "transpose")  # torch has the name, or not, for something else
_CASTS = ("float", "astype")
_BOUNDS = {"maximum": "min", "fmax": "min", "minimum": "max", "fmin": "max"}  # with a number: clamp
_TENSORS_ONLY = (*_BOUNDS, "hypot", "arctan2", "atan2", "logaddexp", "logaddexp2", "heaviside", "copysign")
_KEYWORDS = {"ddof": "correction", "axis": "dim", "keepdims": "keepdim"}
_SPREAD = ("std", "var")  # NumPy divides by N, torch by N - 1


class InTorch(ast.NodeTransformer):
    """Ungkapan yang sama dengan fungsi torch; `missing` berisi fungsi yang torch tidak punya.

    `look` memberi isi sebuah nama dan sisa namanya yang tidak terbaca; `arrays` nama-nama yang tadinya array NumPy.

    >>> change = InTorch(lambda path: (0.1, "") if path == "floor" else (None, path))
    >>> ast.unparse(change.visit(ast.parse("np.log10(np.maximum(mag, floor))", mode="eval")))
    'torch.log10(mag.clamp(min=floor))'
    """

    def __init__(self, look: Callable[[str], tuple[Any, str]], arrays: Collection[str] = ()) -> None:
        self.look, self.arrays = look, arrays
        self.missing: list[str] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        ours = dotted(owner) in _NUMPY if owner is not None else False
        if ours and node.args and all(self._is_number(one) for one in node.args):
            return node  # a number stays a number
        cast = called(node) in _CASTS and self._was_array(node.args[0] if owner is None and node.args else owner)
        self.generic_visit(node)
        name = called(node)
        if cast:  # a number of Python, or another dtype of an array, has no place in the graph
            return node.args[0] if owner is None else node.func.value  # type: ignore[attr-defined]
        if name in _SPREAD and not ours and owner is not None and dotted(owner) in self.arrays:
            node.keywords = [*_renamed(node.keywords), *_by_count(node)]
            return node
        if name in _DROPPED and owner is not None and not node.args:
            assert isinstance(node.func, ast.Attribute)
            return node.func.value
        if (name in _WRAPPERS or (ours and name in _ARRAYS)) and node.args and not _literal(node.args[0]):
            return node.args[0]
        if ours and name in _ARRAYS and node.args and isinstance(node.args[0], (ast.List, ast.ListComp)):
            elements = node.args[0].elts if isinstance(node.args[0], ast.List) else []
            numbers = bool(elements) and all(self._is_number(one) for one in elements)
            whole = ast.Attribute(ast.Name("torch", ast.Load()), "tensor" if numbers else "stack", ast.Load())
            return ast.Call(whole, node.args[:1], [])
        part = owner.attr if isinstance(owner, ast.Attribute) and dotted(owner.value) in _NUMPY else ""
        if ours or part in _PARTS:
            return self._of_torch(node, name, part)
        return node

    def _of_torch(self, node: ast.Call, name: str, part: str) -> ast.AST:
        name = _OTHER_NAMES.get(name, name)
        if name in _OTHER_MEANING or not callable(getattr(_PARTS.get(part, torch), name, None)):
            self.missing.append(name)
        numbers = [one for one in node.args if self._is_number(one)]
        tensors = [one for one in node.args if one not in numbers]
        if not part and name in _BOUNDS and len(node.args) == 2 and len(numbers) == 1:
            return ast.Call(
                ast.Attribute(tensors[0], "clamp", ast.Load()), [], [ast.keyword(_BOUNDS[name], numbers[0])]
            )
        if not part and name in _TENSORS_ONLY:
            node.args = [self._as_tensor(one) for one in node.args]
        node.keywords = [*_renamed(node.keywords), *(_by_count(node) if not part and name in _SPREAD else ())]
        torch_name: ast.expr = ast.Name("torch", ast.Load())
        node.func = ast.Attribute(ast.Attribute(torch_name, part, ast.Load()) if part else torch_name, name, ast.Load())
        return node

    def _was_array(self, node: ast.expr | None) -> bool:
        """Whether this comes out of NumPy: a call of it, a name that holds an array, or what is computed from one."""
        if node is None:
            return False
        called_np = [one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
                     and (dotted(one.func.value) or "").partition(".")[0] in _NUMPY]  # fmt: skip
        return bool(called_np) or any(path in self.arrays for path in value_paths(node))

    def _as_tensor(self, node: ast.expr) -> ast.expr:
        path = dotted(node)
        is_tensor = not self._is_number(node) if path is None else isinstance(self._value(path), torch.Tensor)
        if is_tensor:
            return node
        return ast.Call(ast.Attribute(ast.Name("torch", ast.Load()), "as_tensor", ast.Load()), [node], [])

    def _value(self, path: str) -> Any:
        found, rest = self.look(path)
        return None if rest else found

    def _is_number(self, node: ast.expr) -> bool:
        if isinstance(node, ast.UnaryOp):
            return self._is_number(node.operand)
        if isinstance(node, ast.BinOp):
            return self._is_number(node.left) and self._is_number(node.right)
        if isinstance(node, ast.Constant):
            return isinstance(node.value, (int, float))
        path = dotted(node)
        return path is not None and (path in _CONSTANTS or isinstance(self._value(path), Number))


_CONSTANTS = tuple(f"{owner}.{name}" for owner in (*_NUMPY, "math") for name in ("pi", "e", "inf"))


def _renamed(keywords: list[ast.keyword]) -> list[ast.keyword]:
    return [ast.keyword(_KEYWORDS.get(one.arg or "", one.arg), one.value) for one in keywords]


def _by_count(node: ast.Call) -> list[ast.keyword]:
    """NumPy divides by N; so does torch with correction=0."""
    told = any(one.arg in ("ddof", "correction") for one in node.keywords)
    return [] if told else [ast.keyword("correction", ast.Constant(0))]


def _literal(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.ListComp, ast.Tuple, ast.Constant))
