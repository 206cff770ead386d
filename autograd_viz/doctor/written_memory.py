"""Memori yang ditulisi sebuah pernyataan di fungsi yang sudah selesai: tensornya sendiri, bukan hanya bentuknya."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from autograd_viz.doctor.called_scopes import CalledScope
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import dotted, first_name, heads, stores, within
from autograd_viz.doctor.findings import called
from autograd_viz.doctor.graph_state import same_storage
from autograd_viz.doctor.none_source import members
from autograd_viz.doctor.turns import may_have_run
from autograd_viz.doctor.writers import Write


def writes_into(evidence: Evidence, one: CalledScope, write: Write, tensor: torch.Tensor | None) -> bool | None:
    """Apakah `write` di fungsi ini menulisi memori `tensor`; None bila namanya tidak memberi tahu."""
    known = [_written(write, held) for held in _possible(evidence, one)]
    if tensor is None or not known or any(tensors is None for tensors in known):
        return None
    return any(same_storage(tensor, found) for tensors in known for found in tensors or ())


def looped(write: Write, held: Mapping[str, Any]) -> list[torch.Tensor] | None:
    """Tensor-tensor yang dilalui variabel perulangan yang ditulisi; None bila yang ditulisi bukan variabel itu."""
    for loop in reversed(write.statement.loops):
        if not isinstance(loop, ast.For):
            continue
        pairs = [(loop.target, loop.iter)]
        if isinstance(loop.target, ast.Tuple) and isinstance(loop.iter, ast.Call) and called(loop.iter) == "zip":
            pairs = list(zip(loop.target.elts, loop.iter.args, strict=False))
        elif isinstance(loop.target, ast.Tuple) and loop.target.elts:
            pairs = [(loop.target.elts[-1], loop.iter)]
        for target, collection in pairs:
            if isinstance(target, ast.Name) and target.id == write.path:
                return [tensor for _, tensor in members(collection, held)]
    return None


def _written(write: Write, held: Mapping[str, Any]) -> list[torch.Tensor] | None:
    """The tensors that may be written with these names; None where the names do not tell."""
    through = looped(write, held)
    if through is not None:
        return through or None
    base = first_name(write.path)
    value, rest = resolve(write.path, held) if base in held else (None, "")
    return [value] if isinstance(value, torch.Tensor) and not rest.startswith(("[", ".grad")) else None


def _possible(evidence: Evidence, one: CalledScope) -> Iterator[Mapping[str, Any]]:
    """What the names of this function may have held: once for each call that a running function made of it."""
    names = [name for name in one.scope.parameters if name != "self"]
    own = {*names, *(store.path for statement in one.scope.statements for store in stores(statement.node))}
    known = {name: value for name, value in one.held.items() if name not in own}
    if not names:
        yield known
    for number, frame in enumerate(evidence.frames) if names else ():
        for statement in frame.scope.statements:
            if not may_have_run(evidence, number, statement):
                continue
            for call in _calls(heads(statement.node), one.name):
                pairs = [*zip(names, call.args, strict=False), *((key.arg, key.value) for key in call.keywords)]
                held = {name: _argument(value, frame.variables) for name, value in pairs}
                given = {name: value for name, value in held.items() if value is not None}
                yield {**known, **{name: value for name, value in given.items() if name is not None}}


def _argument(value: ast.expr, held: Mapping[str, Any]) -> Any:
    """What was given: a name's content, or the tensors of `model.parameters()` and of a list of such."""
    path = dotted(value)
    if path is not None:
        return resolve(path, held)[0]
    if isinstance(value, (ast.List, ast.Tuple)):
        parts = [one.value if isinstance(one, ast.Starred) else ast.List([one], ast.Load()) for one in value.elts]
        return [tensor for part in parts for _, tensor in members(part, held)] or None
    return [tensor for _, tensor in members(value, held)] or None


def _calls(expressions: Sequence[ast.expr], name: str) -> Iterator[ast.Call]:
    for expression in expressions:
        yield from (node for node in within(expression) if isinstance(node, ast.Call) and called(node) == name)
