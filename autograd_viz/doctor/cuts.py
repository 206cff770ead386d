"""Ungkapan yang memutus graf: .item(), torch.tensor(...), NumPy, argmax, detach(), dan sejenisnya."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import NamedTuple

from autograd_viz.doctor.derivative_calls import is_derivative, keeps
from autograd_viz.doctor.expressions import dotted, within
from autograd_viz.doctor.findings import called

_NUMBERS = ("item", "tolist")
_COPIES = ("tensor", "as_tensor", "Tensor", "FloatTensor", "DoubleTensor", "Parameter")
_CHOICES = (
    "argmax", "argmin", "argsort", "long", "int", "bool", "short", "byte", "eq", "ne", "gt", "lt", "ge", "le",
    "nonzero", "bincount", "searchsorted", "multinomial", "bernoulli", "isclose", "one_hot", "unique", "logical_not",
    "logical_and", "logical_or", "sample",
)  # fmt: skip
_PAIRS = ("max", "min", "topk", "sort", "mode", "median", "kthvalue")  # values and numbers
_CONVERSIONS = ("long", "int32", "int64", "bool", "uint8", "int")
_NUMPY = ("numpy", "from_numpy")


class Cut(NamedTuple):
    """Satu ungkapan yang memutus graf: sebabnya, ungkapannya, dan yang dimasukkan ke dalamnya."""

    cause: str
    node: ast.expr
    operand: ast.expr

    @property
    def word(self) -> str:
        """Bagian yang memutus, seperti ditulis: `.item()`, `torch.tensor(...)`."""
        if isinstance(self.node, ast.Compare):
            return ast.unparse(self.node)
        if isinstance(self.node, ast.Call):
            if self.operand in self.node.args or called(self.node) in _WHOLE:
                return f"{ast.unparse(self.node.func)}(...)"
            return f".{called(self.node)}({', '.join(map(ast.unparse, self.node.args))})"
        if isinstance(self.node, ast.Attribute):
            return f".{self.node.attr}"
        return ast.unparse(self.node)


def find_cuts(expression: ast.expr) -> list[Cut]:
    """Semua pemutus di dalam sebuah ungkapan, dari yang paling dalam (yang paling dulu dijalankan).

    >>> [cut.cause for cut in find_cuts(ast.parse("torch.tensor(w.mean().item())", mode="eval").body)]
    ['item', 'torch-tensor']
    """
    found = [cut for node in within(expression) for cut in _of(node)]
    found.reverse()
    if any(cut.cause == "numpy" for cut in found):
        found.sort(key=lambda cut: cut.cause != "numpy")
    return found


def _of(node: ast.expr) -> Iterator[Cut]:
    if isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Attribute) and node.attr == "data" and dotted(node.value) is not None:
        yield Cut("detach", node, node.value)
    elif isinstance(node, ast.Attribute) and node.attr == "grad" and dotted(node.value) is not None:
        yield Cut("tanpa-create-graph", node, node.value)
    elif isinstance(node, ast.Compare) and not isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
        yield Cut("argmax", node, ast.Tuple([node.left, *node.comparators], ast.Load()))
    elif isinstance(node, ast.Attribute) and node.attr == "indices" and isinstance(node.value, ast.Call):
        yield Cut("argmax", node, node.value)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call) and called(node.value) in _PAIRS:
        if isinstance(node.slice, ast.Constant) and node.slice.value == 1:
            yield Cut("argmax", node, node.value)


def _of_call(node: ast.Call) -> Iterator[Cut]:
    name = called(node)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    first = node.args[0] if node.args else None
    operand = first if owner is None or _is_library(owner) else owner
    if operand is None:
        return
    for names, cause in _BY_NAME:
        if name in names:
            yield Cut(cause, node, operand)
    if name in ("float", "int", "bool") and owner is None:
        yield Cut("item", node, operand)
    elif name in _COPIES and owner is not None and _is_library(owner):
        yield Cut("torch-tensor", node, operand)
    elif name in _COPIES[2:] and owner is None:
        yield Cut("torch-tensor", node, operand)
    elif name in ("to", "type") and first is not None and dotted(first) in [f"torch.{kind}" for kind in _CONVERSIONS]:
        yield Cut("argmax", node, operand)
    elif owner is not None and dotted(owner) in ("np", "numpy") and first is not None:
        yield Cut("numpy", node, first)
    elif is_derivative(node):
        yield Cut("turunan-tetap" if keeps(node) else "tanpa-create-graph", node, operand)
    elif name in _WHOLE and "functional" in (dotted(node.func) or "") and not keeps(node):
        yield Cut("tanpa-create-graph", node, ast.Call(node.args[0], node.args[1:2], []) if node.args else operand)


_WHOLE = ("jacobian", "hessian", "vjp", "jvp", "hvp", "vhp")  # of torch.autograd.functional
_BY_NAME = ((_NUMBERS, "item"), (_NUMPY, "numpy"), (_CHOICES, "argmax"), (("detach", "detach_"), "detach"))
_LIBRARIES = (
    "torch", "np", "numpy", "F", "nn", "math", "autograd", "nn.functional", "torch.nn.functional", "torch.autograd",
)  # fmt: skip


def _is_library(owner: ast.expr) -> bool:
    return dotted(owner) in _LIBRARIES


def without(statement: ast.stmt, cut: Cut, several: bool = False) -> str:
    """Pernyataan yang sama tanpa pemutusnya, sejauh ada pengganti yang pasti; selain itu kosong.

    `several` mengatakan bahwa nama yang dimasukkan adalah daftar tensor.

    >>> line = ast.parse("y = torch.tensor([a, b])").body[0]
    >>> without(line, find_cuts(line.value)[0])
    'y = torch.stack([a, b])'
    """
    if several and cut.cause == "torch-tensor":
        cut = cut._replace(operand=ast.List([ast.Starred(cut.operand, ast.Load())], ast.Load()))
    change = _REPLACED.get(cut.cause)
    new = change(cut) if change is not None else None
    if new is None:
        return ""
    replacement: ast.expr = new
    place = _place(cut.node)

    class Swap(ast.NodeTransformer):
        def generic_visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and _place(node) == place and type(node) is type(cut.node):
                return replacement
            return super().generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Swap().visit(copy.deepcopy(statement))))


def _place(node: ast.expr) -> tuple[int, int, int | None, int | None]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def _stacked(cut: Cut) -> ast.expr | None:
    rows: ast.expr = cut.operand
    if isinstance(rows, ast.List) and len(rows.elts) == 1 and isinstance(rows.elts[0], ast.Starred):
        rows = rows.elts[0].value
    elif not isinstance(rows, (ast.List, ast.ListComp, ast.Tuple, ast.GeneratorExp)):
        return rows
    return ast.Call(ast.Attribute(ast.Name("torch", ast.Load()), "stack", ast.Load()), [rows], [])


def _graphed(cut: Cut) -> ast.expr | None:
    if isinstance(cut.node, ast.Call):
        asked = ast.keyword("create_graph", ast.Constant(True))
        return ast.Call(cut.node.func, cut.node.args, [*cut.node.keywords, asked])
    return None


_REPLACED: dict[str, Callable[[Cut], ast.expr | None]] = {
    "item": lambda cut: cut.operand,
    "detach": lambda cut: cut.operand,
    "torch-tensor": _stacked,
    "tanpa-create-graph": _graphed,
}
