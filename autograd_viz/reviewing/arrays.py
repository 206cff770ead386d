"""Hitungan NumPy di jalan ke loss, ditulis kembali dengan fungsi torch yang artinya sama, baris demi baris."""

from __future__ import annotations

import ast

from autograd_viz.reviewing.blocks import Statement
from autograd_viz.reviewing.rewriting import expression
from autograd_viz.reviewing.written import function_name

_NUMPY, _TORCH = ("np", "numpy"), ("torch",)
_READ = ("numpy", "detach", "cpu", "astype")  # what led to NumPy, or gave its array another kind of number
_MADE = ("from_numpy", "tensor", "as_tensor", "Tensor", "FloatTensor")
_SAME = frozenset(
    "exp expm1 log log1p log2 log10 sqrt square abs sin cos tan arcsin arccos arctan sinh cosh tanh where mean sum std "
    "var prod stack clip matmul outer cumsum reshape".split()
)
_OTHER = {"concatenate": "cat", "max": "amax", "min": "amin", "amax": "amax", "amin": "amin", "power": "pow",
          "absolute": "abs", "expand_dims": "unsqueeze"}  # fmt: skip
_BOUNDS = {"maximum": "min", "minimum": "max"}  # with a number: clamp
_METHODS = frozenset("mean sum std var prod reshape squeeze clip cumsum flatten ravel float double to view".split())
_OTHER_METHODS = {"max": "amax", "min": "amin", "copy": "clone"}
_KEYWORDS = {"axis": "dim", "keepdims": "keepdim", "ddof": "correction"}
_SPREAD = ("std", "var")  # NumPy divides by N, torch by N - 1


def in_torch(first: Statement, between: list[Statement], last: Statement) -> list[tuple[Statement, str]]:
    """Pernyataan dari yang membaca isi tensor sampai yang membuat tensor baru, masing-masing dengan torch.

    Kosong bila ada yang bukan penugasan biasa, atau memakai sesuatu yang di torch lain artinya.
    """
    told, names = [], set[str]()
    for one in (first, *between, *([last] if last.place != first.place else [])):
        change = _Torch(frozenset(names))
        node = one.node
        simple = isinstance(node, ast.Assign) and all(isinstance(target, ast.Name) for target in node.targets)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            value = ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value)
            node = ast.Assign([node.target], value)
        elif not simple and not isinstance(node, ast.Return):
            return []
        before = ast.unparse(ast.fix_missing_locations(node))
        after = ast.unparse(ast.fix_missing_locations(change.visit(ast.parse(before))))
        if change.unknown:
            return []
        if after != ast.unparse(one.node):
            told.append((one, after))
        names |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    return told


class _Torch(ast.NodeTransformer):
    """A statement with torch in place of NumPy; `names` held arrays. `unknown`: a part of it means something else."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.unknown = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Panggilan NumPy, metode hasilnya, dan yang membuat tensor darinya."""
        owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        name = function_name(node)
        if owner in _TORCH and name in _MADE and node.args:
            return self._whole(node.args[0])
        if owner not in (*_NUMPY, *_TORCH) and name in _READ and isinstance(node.func, ast.Attribute):
            return self._whole(node.func.value)
        array = isinstance(node.func, ast.Attribute) and self._is_array(node.func.value)
        self.generic_visit(node)
        if owner in _NUMPY:
            return self._of_torch(node, name)
        if owner in ("np.linalg", "numpy.linalg") and name == "norm":
            node.func, node.keywords = expression("torch.linalg.norm"), _renamed(node)
        elif array and isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, name)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`.data` dilewati; `.T` di NumPy tidak selalu berarti sama."""
        self.unknown = self.unknown or (node.attr == "T" and self._is_array(node.value))
        self.generic_visit(node)
        return node.value if node.attr == "data" else node

    def _is_array(self, node: ast.expr) -> bool:
        """Whether this comes out of NumPy, as far as the names and calls in it say."""
        return any(
            (isinstance(one, ast.Name) and (one.id in self.names or one.id in _NUMPY))
            or (isinstance(one, ast.Call) and function_name(one) == "numpy")
            for one in ast.walk(node)
        )  # fmt: skip

    def _whole(self, node: ast.expr) -> ast.expr:
        new: ast.expr = self.visit(node)
        return new

    def _of_torch(self, node: ast.Call, name: str) -> ast.AST:
        if name in ("array", "asarray") and len(node.args) == 1 and not isinstance(node.args[0], ast.List):
            return node.args[0]
        if name in _BOUNDS and len(node.args) == 2 and not node.keywords:
            numbers = [one for one in node.args if isinstance(one, ast.Constant)]
            tensors = [one for one in node.args if one not in numbers]
            if len(numbers) == 1:
                bound = ast.keyword(_BOUNDS[name], numbers[0])
                return ast.Call(ast.Attribute(tensors[0], "clamp", ast.Load()), [], [bound])
            node.func = expression(f"torch.{name}")
            return node
        self.unknown = self.unknown or (name not in _SAME and name not in _OTHER)
        node.func = expression(f"torch.{_OTHER.get(name, name)}")
        node.keywords = [*_renamed(node), *_by_count(node, name)]
        return node

    def _method(self, node: ast.Call, function: ast.Attribute, name: str) -> ast.AST:
        self.unknown = self.unknown or (name not in _METHODS and name not in _OTHER_METHODS)
        function.attr = _OTHER_METHODS.get(name, name)
        node.keywords = [*_renamed(node), *_by_count(node, name)]
        return node


def _renamed(node: ast.Call) -> list[ast.keyword]:
    return [
        one if one.arg not in _KEYWORDS else ast.keyword(_KEYWORDS[one.arg], one.value) for one in node.keywords
    ]  # fmt: skip


def _by_count(node: ast.Call, name: str) -> list[ast.keyword]:
    told = any(one.arg in ("ddof", "correction") for one in node.keywords)
    return [ast.keyword("correction", ast.Constant(0))] if name in _SPREAD and not told else []
