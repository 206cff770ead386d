"""Tensor bergradien yang dibawa ke NumPy: hanya untuk dilihat, atau di tengah hitungan yang masih di-backward."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame
from autograd_viz.doctor.expressions import begins, dotted, read_paths, stores
from autograd_viz.doctor.findings import Finding, asked_expression, at, called, defined, instead, method_call
from autograd_viz.doctor.listed_results import listed_results
from autograd_viz.doctor.none_source import value_of
from autograd_viz.doctor.source import Scope, Statement
from autograd_viz.doctor.through_numpy import in_torch


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
        yield from _listed(evidence)
        return
    names = [path for path, _ in tensors]
    made = defined(evidence, names[0])
    told = f"`{names[0]}` di {at(here.current)} masih punya graf."
    needed = _goes_on(evidence)
    words = {"tensor": names[0]}
    if needed is not None:
        told += f" Hasilnya ikut ke `{needed.text}` di {at(needed)}, jadi grafnya masih diperlukan."
        mend, missing = in_torch(evidence, needed)
        yield Finding(
            "untuk-dihitung", told, words, mend, forward=made, tensors=(tensors[0][1],), weight=4, example=bool(missing)
        )
        return
    detached = _detached(here, here.current, names)
    yield Finding("untuk-dilihat", told, words, detached, forward=made, tensors=(tensors[0][1],), weight=4)


def _listed(evidence: Evidence) -> Iterator[Finding]:
    """A list of results, given to NumPy or to what draws with it."""
    found = listed_results(evidence)
    if found is None or _goes_on(evidence) is not None:
        return
    yield Finding(
        "untuk-dilihat", found.told, {"tensor": found.path}, found.mend or None,
        writer=found.writer, tensors=found.tensors[:1], weight=4,
    )  # fmt: skip


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
        asked = asked_expression(frame.current) if method_call(frame.current.node, "backward") is not None else None
        if asked is not None and frame.call is not None and any(frame.call is node for node in ast.walk(asked)):
            return frame.current
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
    """detach() where a tensor goes to NumPy; `names` are also detached where a call is given them."""

    def __init__(self, names: list[str], held: Mapping[str, Any]) -> None:
        self.names = {name.removesuffix(".numpy").removesuffix(".cpu") for name in names}
        self.held = held

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if owner is not None and called(node) == "numpy" and _has_graph(owner, self.held):
            node.func = ast.Attribute(_detach(owner), "numpy", ast.Load())
            return node
        ours = owner is not None and (dotted(owner) or "").partition(".")[0] in ("np", "numpy")
        node.args = [
            _detach(one) if ast.unparse(one) in self.names or (ours and _has_graph(one, self.held)) else one
            for one in node.args
        ]  # fmt: skip
        return node


def _has_graph(node: ast.expr, held: Mapping[str, Any]) -> bool:
    """Whether this is a tensor with a graph: by its name, or what a module with parameters gives."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME:
        node = node.func.value
    value = value_of(node.func if isinstance(node, ast.Call) else node, held)
    if isinstance(node, ast.Call):
        return isinstance(value, torch.nn.Module) and any(one.requires_grad for one in value.parameters())
    return isinstance(value, torch.Tensor) and value.requires_grad


_SAME = ("cpu", "squeeze", "flatten", "view", "reshape", "double", "float", "t", "T")


def _detach(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Attribute(node, "detach", ast.Load()), [], [])


def _detached(here: UserFrame, current: Statement, names: list[str]) -> str | None:
    """The statement with detach() where its tensors go to NumPy, and those below it that do the same."""
    told = []
    for one in here.scope.statements[current.place :]:
        if hasattr(one.node, "body") or one.silenced:
            continue
        before = ast.unparse(one.node)
        change = _Detach(names if one is current else [], here.variables)
        after = ast.unparse(ast.fix_missing_locations(change.visit(ast.parse(before))))
        if after != before:
            told.append(instead(one, after))
        elif one is current:
            return None
    return "\n".join(told) or None

