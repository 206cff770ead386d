"""Daftar yang disatukan menjadi satu tensor, dan pernyataan yang mengisinya satu per satu."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograd_viz.doctor.arguments import argument_of
from autograd_viz.doctor.called_scopes import called_scopes
from autograd_viz.doctor.evidence import Evidence
from autograd_viz.doctor.expressions import stores, within
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.made_before import Maker
from autograd_viz.doctor.methods import scope_of_function
from autograd_viz.doctor.old_turns import base_of, function_of
from autograd_viz.doctor.source import Scope, Statement

_JOINING = ("cat", "stack", "concat", "concatenate", "hstack", "vstack")


def joined_list(node: ast.expr) -> ast.expr | None:
    """Daftar yang disatukan panggilan ini: `xs` pada `torch.stack(xs)`; None bila bukan panggilan seperti itu.

    >>> ast.unparse(joined_list(ast.parse("torch.stack(self.xs, 1)", mode="eval").body))
    'self.xs'
    """
    joins = isinstance(node, ast.Call) and called(node) in _JOINING and node.args
    return node.args[0] if joins and base_of(node.args[0]) else None  # type: ignore[attr-defined]


def filled_by(evidence: Evidence, maker: Maker | None, path: str, read: ast.expr) -> Statement | None:
    """Satu-satunya pernyataan yang mengisi daftar asal tensor `path`; None bila tidak terbaca."""
    scopes = [*(frame.scope for frame in evidence.frames), *(one.scope for one in called_scopes(evidence))]
    value: ast.expr | None = read
    if joined_list(read) is None and maker is not None and isinstance(maker.value, ast.expr):
        value = maker.value
        function = function_of(value, evidence.frames[maker.frame].variables) if isinstance(value, ast.Call) else None
        if function is not None:
            own = scope_of_function(function)
            scopes, value = [own], _returned(own, _part(evidence, maker, path))
    lists = [found for node in within(value) if (found := joined_list(node)) is not None] if value is not None else []
    names = {ast.unparse(one) for one in lists}
    filling = {(one.title, one.line): one for one in _filling(scopes, names)}
    return next(iter(filling.values())) if len(names) == len(filling) == 1 else None


def _part(evidence: Evidence, maker: Maker, path: str) -> int | str | None:
    """Which of several things the maker gave: 2 for `*batch, score = f()` and batch[2]; None where it is the whole."""
    node: ast.expr | None = ast.parse(path, mode="eval").body
    if maker.given and maker.frame and path == maker.given:
        outer, inner = evidence.frames[maker.frame], evidence.frames[maker.frame - 1]
        handed = argument_of(outer.call, inner.scope.parameters, maker.given, outer.variables)
        node = None if handed is maker.value else handed
    key = node.slice.value if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) else None
    target = getattr(maker.statement.node, "targets", [None])[0] if maker.statement is not None else None
    name = ast.unparse(node.value if isinstance(node, ast.Subscript) else node) if node is not None else ""
    for place, one in enumerate(target.elts if isinstance(target, (ast.Tuple, ast.List)) else ()):
        if isinstance(one, ast.Starred) and ast.unparse(one.value) == name and isinstance(key, int):
            return place + key
        if ast.unparse(one) == name and key is None:
            return place
    return key if isinstance(key, (int, str)) else None


def _returned(scope: Scope, key: int | str | None) -> ast.expr | None:
    """What the only return gives, of several things the one that is asked for."""
    returned = [one.node for one in scope.statements if isinstance(one.node, ast.Return)]
    value = returned[0].value if len(returned) == 1 else None
    if isinstance(value, (ast.Tuple, ast.List)):
        return value.elts[key] if isinstance(key, int) and -len(value.elts) <= key < len(value.elts) else None
    if isinstance(value, ast.Dict):
        held = {one.value: part for one, part in zip(value.keys, value.values, strict=True)
                if isinstance(one, ast.Constant)}  # fmt: skip
        return held.get(key)
    return value


def _filling(scopes: list[Scope], names: set[str]) -> Iterator[Statement]:
    for scope in scopes:
        for one in scope.statements:
            if not hasattr(one.node, "body") and any(
                store.kind == "append" and store.path in names for store in stores(one.node)
            ):
                yield one
