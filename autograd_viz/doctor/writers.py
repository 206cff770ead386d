"""Pernyataan yang menulis di tempat: `y += 1`, `y[0] = 0`, `y.add_(1)`, `F.relu(y, inplace=True)`, `out=y`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from autograd_viz.doctor.expressions import dotted, heads, within
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.source import Scope, Statement

_QUIET = ("requires_grad_", "retain_grad_", "__init__", "share_memory_", "rename_", "eval_", "train_", "resize_")
_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow", ast.MatMult: "matmul",
}  # fmt: skip


class Write(NamedTuple):
    """Satu penulisan di tempat: pernyataannya, nama yang ditulisi, nama operasinya, dan pernyataan penggantinya."""

    statement: Statement
    path: str
    operation: str
    instead: str
    indexed: bool = False


def writes(scope: Scope) -> list[Write]:
    """Semua penulisan di tempat di sebuah tempat, menurut urutannya."""
    return [write for statement in scope.statements for write in _of(statement)]


def _of(statement: Statement) -> Iterator[Write]:
    node = statement.node
    if isinstance(node, ast.AugAssign):
        indexed = isinstance(node.target, ast.Subscript)
        path = _base(node.target.value if isinstance(node.target, ast.Subscript) else node.target)
        if path is not None:
            written = ast.unparse(node.target)
            instead = f"{written} = {ast.unparse(ast.BinOp(node.target, node.op, node.value))}"
            yield Write(statement, path, _SIGNS.get(type(node.op), ""), instead, indexed)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            path = _base(target.value) if isinstance(target, ast.Subscript) else None
            if path is not None:
                yield Write(statement, path, "copyslices", "", True)
    for expression in heads(node):
        for call in within(expression):
            if isinstance(call, ast.Call):
                yield from _of_call(statement, call)


def _of_call(statement: Statement, call: ast.Call) -> Iterator[Write]:
    name = called(call)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name.endswith("_") and not name.endswith("__") and name not in _QUIET and owner is not None:
        library = ast.unparse(owner) in ("torch", "nn.init", "init", "torch.nn.init", "F")
        written = call.args[0] if library and call.args else owner
        path = _base(written)
        if path is not None:
            plain = _IN_PLACE.sub(_without_underscore, ast.unparse(call))
            place = statement.text.replace(ast.unparse(call), plain)
            alone = isinstance(statement.node, ast.Expr) and statement.node.value is call
            yield Write(statement, path, name[:-1], f"{path} = {plain}" if alone else place)
    for keyword in call.keywords:
        inplace = keyword.arg == "inplace" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        if inplace and call.args and (path := _base(call.args[0])) is not None:
            plain = ast.unparse(statement.node).replace(", inplace=True", "")
            yield Write(statement, path, name, plain)
        elif keyword.arg == "out" and (path := _base(keyword.value)) is not None:
            yield Write(statement, path, "out", "")


_IN_PLACE = re.compile(r"\.([a-z]\w*_)\(")


def _without_underscore(found: re.Match[str]) -> str:
    return found[0] if found[1] in _QUIET or found[1].endswith("__") else f".{found[1][:-1]}("


def _base(node: ast.expr) -> str | None:
    """The name whose content is written: `y` of y.detach(), y.data, y[0] and y.view(-1)."""
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in ("data", "T")):
            node = node.value
        else:
            return dotted(node)
