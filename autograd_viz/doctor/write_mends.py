"""Obat bagi penulisan di tempat yang merusak simpanan: yang artinya tetap sama dengan program semula."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, cast

import torch

from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, definitions, dotted, first_name, heads, read_paths
from autograd_viz.doctor.findings import called, span
from autograd_viz.doctor.forward_line import forward_line, writes_op
from autograd_viz.doctor.graph_state import Conflict, conflicts, is_part, same_storage
from autograd_viz.doctor.recurrences import collected
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.writers import Write
from autograd_viz.tracing.walk import Walk

_VIEWING = (
    "view", "reshape", "view_as", "t", "transpose", "permute", "squeeze", "unsqueeze", "narrow", "select", "expand",
    "flatten", "detach", "chunk", "split", "unbind", "diagonal", "movedim", "swapaxes", "as_strided", "unfold",
)  # fmt: skip
_QUIET = ("print", "len", "format", "size", "shape", "item", "tolist", "clone")


def mend_of_write(
    evidence: Evidence, write: Write, conflict: Conflict, nodes: Walk, scope: Scope, held: Mapping[str, Any]
) -> str | None:
    """Obat yang menjaga arti program: tensor baru, susunan, salinan yang dibaca, atau salinan yang ditulisi."""
    foreign = write.path in scope.parameters and not _returned(scope, write.path)  # the caller reads it on
    shared = foreign or "." in write.path or _is_view(write, scope, held)
    new = _new_tensor(write)
    if new and not shared:
        return new
    stacked = collected(write, scope, held)
    if stacked:
        return stacked
    if shared or conflict.maker is not conflict.node:
        copies = _copies(evidence, write, conflict, nodes, scope)
        if copies:
            return "\n".join(f"# {why}; menggantikan {span(one)}:\n{text}" for one, why, text in copies)
    if foreign or (shared and "." not in write.path):
        return None
    return new or (
        f"# tulislah ke salinannya; menggantikan {span(write.statement)}:\n"
        f"{write.path} = {write.path}.clone()\n"
        f"{_with_copies(write.statement.node, [write.path]) or write.statement.text}"
    )


def _new_tensor(write: Write) -> str:
    if write.indexed or not write.instead:
        return ""
    return f"# buat tensor baru, jangan menulis ke yang lama; menggantikan {span(write.statement)}:\n{write.instead}"


def _is_view(write: Write, scope: Scope, held: Mapping[str, Any]) -> bool:
    """Whether what is written is a part of another tensor, which the program may go on to read."""
    value = resolve(write.path, held)[0] if write.path.split(".")[0] in held else None
    if isinstance(value, torch.Tensor) and is_part(value):
        return True
    made = next((one for one in definitions(scope, write.path, write.statement) if one[0] is not write.statement), None)
    if made is None:
        return False
    store = made[1]
    if store.kind == "loop":
        return True
    inner = store.value
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
        return called(inner) in _VIEWING and called(inner) != "detach"
    return isinstance(inner, ast.Subscript) and store.kind == "assign" and not _copying(inner)


def _copying(inner: ast.Subscript) -> bool:
    """Whether this takes something out of a list or dict, or copies rows: no view that is known of."""
    return isinstance(inner.slice, ast.Constant) and isinstance(inner.slice.value, str)


def _returned(scope: Scope, path: str) -> bool:
    return any(
        isinstance(one.node, ast.Return) and path in read_paths(one.node.value) for one in scope.statements
    )


_Copy = tuple[Statement, str, str]  # the statement, why, and its new text
_READ, _KEPT = "baca salinannya", "simpan salinannya"


def _copies(evidence: Evidence, write: Write, conflict: Conflict, nodes: Walk, scope: Scope) -> list[_Copy]:
    """The statements that saved this memory, reading or keeping a copy instead; all of them, or none."""
    spoiled = [
        one for one in conflicts(nodes)
        if one.node is conflict.node
        or (one.tensor is not None and conflict.tensor is not None and same_storage(one.tensor, conflict.tensor))
    ]  # fmt: skip
    readers = [
        (one, text) for one, names in _readers(evidence, write, conflict, scope)
        if (text := _with_copies(one.node, names))
    ]  # fmt: skip
    before = {_place(one) for one in scope.statements if _comes_before(one, write.statement)}
    near = [pair for pair in readers if _place(pair[0]) in before] or readers
    found: dict[tuple[str, int], _Copy] = {}
    for one in spoiled:
        made = forward_line(evidence, one.node, nodes)
        if one.maker is one.node:
            text = _kept_result(made, one.node) if made is not None else ""
            if made is None or not text:
                return []
            found[_place(made)] = (made, _KEPT, text)
            continue
        exact = [
            (statement, text) for statement, text in readers
            if made is not None and _place(statement) == _place(made)
            or any(writes_op(head, one.node) for head in heads(statement.node))
        ]  # fmt: skip
        found |= {_place(statement): (statement, _READ, text) for statement, text in exact or near}
        if not readers:
            return []
    return sorted(found.values(), key=lambda copy: copy[0].line)


def _comes_before(one: Statement, written: Statement) -> bool:
    """Whether it runs before the writing, maybe in a turn before."""
    return one.place <= written.place or not {loop.lineno for loop in one.loops}.isdisjoint(
        loop.lineno for loop in written.loops
    )


def _readers(
    evidence: Evidence, write: Write, conflict: Conflict, scope: Scope
) -> Iterator[tuple[Statement, list[str]]]:
    """Statements that read this memory, and under which names."""
    places = [(frame.scope, frame.variables) for frame in evidence.frames]
    places += [(one.scope, one.held) for one in called_scopes(evidence, ran=True)]
    for where, held in places:
        own = [_place(one) for one in where.statements[:1]] == [_place(one) for one in scope.statements[:1]]
        known: dict[str, bool] = {}
        for one in where.statements:
            if one.silenced:
                continue
            paths = read_paths(*_values(one.node))
            for path in paths:
                if path not in known:
                    known[path] = _shares(path, held, conflict)
            names = [path for path in paths if known[path] or (own and begins(path, write.path))]
            if names:
                yield one, names


def _place(statement: Statement) -> tuple[str, int]:
    """Where it stands: a scope that is read again has other nodes for the same statements."""
    return statement.title, statement.line


def _shares(path: str, held: Mapping[str, Any], conflict: Conflict) -> bool:
    if conflict.tensor is None or first_name(path) not in held:
        return False
    value, rest = resolve(path, held)
    return isinstance(value, torch.Tensor) and same_storage(value, conflict.tensor) and not rest.startswith("[")


def _values(node: ast.stmt) -> list[ast.AST]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)):
        return [node.value] if node.value is not None else []
    return []


def _with_copies(node: ast.stmt, names: list[str]) -> str:
    """The statement with `.clone()` where it reads one of these names; empty where it only asks for its shape."""
    values = _values(node)
    if not values:
        return ""
    bases = list(dict.fromkeys(_base(name) for name in names))
    copied = ast.parse(ast.unparse(node)).body[0]
    change = _Copied(bases)
    new = change.visit(_values(copied)[0])
    if not change.done:
        return ""
    copied.value = new  # type: ignore[attr-defined]
    return ast.unparse(ast.fix_missing_locations(copied))


def _base(path: str) -> str:
    """The tensor in a path such as `self.centers.t` or `h[0]`: what stands before a method or an index."""
    node: ast.AST = ast.parse(path, mode="eval").body
    while isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in (*_VIEWING, *_METHODS)):
        node = node.value
    return ast.unparse(node)


_METHODS = tuple(name for name in dir(torch.Tensor) if not name.startswith("_") and name not in ("data", "grad"))


class _Copied(ast.NodeTransformer):
    def __init__(self, bases: list[str]) -> None:
        self.bases = bases
        self.done = False

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Call) and called(node) in _QUIET:
            return node
        if isinstance(node, ast.Attribute) and node.attr in ("shape", "device", "dtype", "data"):
            return node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_"):
            if isinstance(node.func.value, ast.Call):  # what is written has to stay what it is
                node.func.value = cast(ast.expr, self.visit(node.func.value))
            node.args = [cast(ast.expr, self.visit(one)) for one in node.args]
            return node
        if isinstance(node, ast.expr) and self._is_read(node):
            self.done = True
            return ast.Call(ast.Attribute(node, "clone", ast.Load()), [], [])
        return super().visit(node)

    def _is_read(self, node: ast.expr) -> bool:
        inner: ast.AST = node
        while isinstance(inner, ast.Subscript):
            inner = inner.value
        return isinstance(inner, (ast.Name, ast.Attribute, ast.Subscript)) and dotted(inner) in self.bases


def _kept_result(made: Statement, node: Any) -> str:
    """The statement of an operation that keeps its own result, with a copy of it for the program to write to."""
    value = made.node.value if isinstance(made.node, (ast.Assign, ast.Return)) else None
    if not isinstance(value, (ast.Call, ast.BinOp)) or not writes_op(value, node):
        return ""
    inner = [one for one in ast.iter_child_nodes(value) if not isinstance(one, ast.Attribute)]
    if any(writes_op(one, node) for one in inner if isinstance(one, ast.expr)):
        return ""
    whole, text = ast.unparse(value), ast.unparse(made.node)
    copied = f"{whole}.clone()" if isinstance(value, ast.Call) else f"({whole}).clone()"
    return f"{text[: len(text) - len(whole)]}{copied}"
