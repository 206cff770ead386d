"""Tensor bergradien yang dibawa ke NumPy: hanya untuk dilihat, atau di tengah hitungan yang masih di-backward."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograd_viz.doctor.cut_advice import in_torch
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import begins, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at, called, defined, method_call
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Scope, Statement


def to_numpy(evidence: Evidence) -> Iterator[Finding]:
    """Tensor mana yang dibawa ke NumPy, dan apakah hasilnya masih ikut ke backward()."""
    here = evidence.here
    if here is None or here.current is None:
        return
    tensors = [
        found for path in read_paths(here.current.node)
        if (found := _graphed(path, here.variables)) is not None
    ]  # fmt: skip
    if not tensors:
        return
    names = [path for path, _ in tensors]
    made = defined(evidence, names[0])
    told = f"`{names[0]}` di {at(here.current)} masih punya graf."
    needed = _goes_on(evidence)
    words = {"tensor": names[0]}
    if needed is not None:
        told += f" Hasilnya ikut ke `{needed.text}` di {at(needed)}, jadi grafnya masih diperlukan."
        mend, whole = in_torch(here.current, lambda path: resolve(path, here.variables))
        yield Finding(
            "untuk-dihitung", told, words, mend, forward=made, tensors=(tensors[0][1],), weight=4, example=not whole
        )
        return
    detached = _detached(here.current.node, names)
    yield Finding("untuk-dilihat", told, words, detached, forward=made, tensors=(tensors[0][1],), weight=4)


def _graphed(path: str, held: Mapping[str, Any]) -> tuple[str, torch.Tensor] | None:
    """The tensor with a graph at the beginning of this path: `y` of `y.numpy`."""
    while True:
        found = value_of(ast.parse(path, mode="eval").body, held)
        if found is not None or "." not in path:
            break
        path = path.rpartition(".")[0]
    return (path, found) if isinstance(found, torch.Tensor) and found.requires_grad else None


def _goes_on(evidence: Evidence) -> Statement | None:
    """The backward() to which what this statement computes leads, also through what its function returns."""
    for frame in evidence.frames:
        if frame.current is None:
            return None
        reached = {store.path for store in stores(frame.current.node)}
        found, returned = _used(frame.scope, frame.current, reached)
        if found is not None:
            return found
        if not returned and not isinstance(frame.current.node, ast.Return):
            return None
    return None


def _used(scope: Scope, current: Statement, reached: set[str]) -> tuple[Statement | None, bool]:
    """The backward() that these names reach below, and whether the function returns one of them."""
    returned = False
    for one in scope.statements[current.place + 1 :]:
        asked = asked_expression(one) if method_call(one.node, "backward") is not None else None
        if asked is not None and any(begins(path, name) for path in read_paths(asked) for name in reached):
            return one, returned
        if any(begins(path, name) for path in read_paths(getattr(one.node, "value", None)) for name in reached):
            reached |= {store.path for store in stores(one.node)}
            returned = returned or isinstance(one.node, ast.Return)
    return None, returned


class _Detach(ast.NodeTransformer):
    def __init__(self, names: list[str]) -> None:
        self.names = {name.removesuffix(".numpy").removesuffix(".cpu") for name in names}

    def visit_Call(self, node: ast.Call) -> ast.AST:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and called(node) == "numpy":
            node.func = ast.Attribute(_detach(owner), "numpy", ast.Load())
            return node
        node.args = [_detach(one) if ast.unparse(one) in self.names else one for one in node.args]
        self.generic_visit(node)
        return node


def _detach(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(node, "detach", ast.Load()), [], [])


def _detached(statement: ast.stmt, names: list[str]) -> str | None:
    """The statement with detach() where its tensors go to NumPy."""
    if hasattr(statement, "body"):
        return None
    before = ast.unparse(statement)
    after = ast.unparse(ast.fix_missing_locations(_Detach(names).visit(ast.parse(before))))
    return after if after != before else None
