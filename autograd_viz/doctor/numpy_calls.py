"""Pernyataan yang memakai NumPy, ditulis kembali dengan fungsi torch yang artinya dan argumennya sama."""

from __future__ import annotations

import ast
from collections.abc import Callable
from numbers import Number
from typing import Any

import torch

from autograd_viz.doctor.expressions import dotted
from autograd_viz.doctor.findings import called

_DROPPED = ("numpy", "detach", "cpu", "item", "tolist")
_WRAPPERS = ("tensor", "as_tensor", "from_numpy", "FloatTensor", "Tensor")
_ARRAYS = ("array", "asarray", "ascontiguousarray")
_NUMPY = ("np", "numpy")
_PARTS = {"linalg": torch.linalg, "fft": torch.fft}
_OTHER_NAMES = {"power": "pow", "concatenate": "cat", "mod": "remainder", "float_power": "pow", "interp": ""}
_BOUNDS = {"maximum": "min", "fmax": "min", "minimum": "max", "fmin": "max"}  # with a number: clamp
_TENSORS_ONLY = (*_BOUNDS, "hypot", "arctan2", "atan2", "logaddexp", "logaddexp2", "heaviside", "copysign")
_KEYWORDS = {"ddof": "correction", "axis": "dim", "keepdims": "keepdim"}
_SPREAD = ("std", "var")  # NumPy divides by N, torch by N - 1


class InTorch(ast.NodeTransformer):
    """Ungkapan yang sama dengan fungsi torch; `missing` berisi fungsi yang torch tidak punya.

    `look` memberi isi sebuah nama dan sisa namanya yang tidak terbaca.

    >>> change = InTorch(lambda path: (0.1, "") if path == "floor" else (None, path))
    >>> ast.unparse(change.visit(ast.parse("np.log10(np.maximum(mag, floor))", mode="eval")))
    'torch.log10(mag.clamp(min=floor))'
    """

    def __init__(self, look: Callable[[str], tuple[Any, str]]) -> None:
        self.look = look
        self.missing: list[str] = []

    def visit_Call(self, node: ast.Call) -> ast.AST:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        ours = dotted(owner) in _NUMPY if owner is not None else False
        if ours and node.args and all(self._is_number(one) for one in node.args):
            return node  # a number stays a number
        self.generic_visit(node)
        name = called(node)
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
        if not callable(getattr(_PARTS.get(part, torch), name, None)):
            self.missing.append(name)
        numbers = [one for one in node.args if self._is_number(one)]
        tensors = [one for one in node.args if one not in numbers]
        if not part and name in _BOUNDS and len(node.args) == 2 and len(numbers) == 1:
            return ast.Call(
                ast.Attribute(tensors[0], "clamp", ast.Load()), [], [ast.keyword(_BOUNDS[name], numbers[0])]
            )
        if not part and name in _TENSORS_ONLY:
            node.args = [self._as_tensor(one) for one in node.args]
        if not part and name in _SPREAD and not any(one.arg in ("ddof", "correction") for one in node.keywords):
            node.keywords.append(ast.keyword("correction", ast.Constant(0)))
        for keyword in node.keywords:
            keyword.arg = _KEYWORDS.get(keyword.arg or "", keyword.arg)
        torch_name: ast.expr = ast.Name("torch", ast.Load())
        node.func = ast.Attribute(ast.Attribute(torch_name, part, ast.Load()) if part else torch_name, name, ast.Load())
        return node

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


def _literal(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.ListComp, ast.Tuple, ast.Constant))
