"""Dua loss yang dilatih dua optimizer: bagi salah satunya tensor yang dipakai bersama hanyalah bilangan."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import torch

from autograd_viz.doctor.evidence import Evidence, UserFrame, resolve
from autograd_viz.doctor.expressions import definitions, dotted, read_paths
from autograd_viz.doctor.findings import instead
from autograd_viz.doctor.gradient_line import owned
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.tracing.trace import LEAF

_MOST = 30  # statements through which a loss is followed


def trained_apart(
    evidence: Evidence, shared: torch.Tensor, own: Sequence[torch.Tensor], loss: Sequence[torch.Tensor]
) -> tuple[str, str] | None:
    """Optimizer di hulu `shared` dan optimizer `loss` bila keduanya terpisah; None bila tidak.

    `own` loss yang hanya melatih hulu `shared`; `loss` melatih tensor lain, dan mencapai hulu itu lewat `shared` saja.
    """
    behind = {id(one) for one in leaves(upstream([shared]))}
    trains = {id(one) for one in (*leaves(upstream(own)), *own) if one.is_leaf and one.requires_grad}
    rest = {id(one) for one in _without(loss, shared) if one.requires_grad}
    if not behind or not trains <= behind or not rest or rest & behind:
        return None
    first, other = _optimizers(evidence, behind), _optimizers(evidence, rest)
    if len(first) != 1 or len(other) != 1 or first == other:
        return None
    return first[0], other[0]


def _optimizers(evidence: Evidence, wanted: set[int]) -> list[str]:
    """The optimizers that hold one of these tensors."""
    return [
        name for name, one in evidence.of_type(torch.optim.Optimizer)
        if any(id(param) in wanted for group in one.param_groups for param in group["params"])
    ]  # fmt: skip


def _without(roots: Sequence[torch.Tensor], shared: torch.Tensor) -> list[torch.Tensor]:
    """The leaves that the roots reach without passing through the shared tensor."""
    closed = node_of(shared)
    seen: set[Any] = {closed}
    waiting = [node_of(one) for one in roots]
    found = [one for one in roots if one.is_leaf]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        found += [node.variable] if type(node) is LEAF else []
        waiting += [parent for parent, _ in node.next_functions]
    return found


def let_go(frame: UserFrame, name: str, expression: ast.expr, statement: Statement) -> str:
    """Obat yang menulis `name.detach()` di semua pernyataan yang membawanya ke `expression`; kosong bila tidak terbaca.

    `statement` pernyataan yang memuat `expression`.
    """
    seen: set[int] = set()
    waiting: list[tuple[Statement, ast.expr]] = [(statement, expression)]
    readers: dict[int, Statement] = {}
    for _ in range(_MOST):
        if not waiting:
            break
        line, value = waiting.pop()
        if name in read_paths(value):
            readers[line.place] = line
            continue
        for path in read_paths(value):
            for made, store in definitions(frame.scope, path.split(".")[0], line, 1):
                if made.place not in seen and store.value is not None:
                    seen.add(made.place)
                    waiting.append((made, store.value))
    lines = [readers[place] for place in sorted(readers)]
    return "" if waiting else "\n".join(instead(one, _detached(one.node, name)) for one in lines)


def _detached(node: ast.stmt, name: str) -> str:
    new = {
        id(one): f"{owned(one)}.detach()" for one in ast.walk(node)
        if isinstance(one, ast.expr) and dotted(one) == name and not isinstance(getattr(one, "ctx", None), ast.Store)
    }  # fmt: skip
    return with_nodes(node, new)


def detached_for_one(
    evidence: Evidence, number: int, path: str, shared: torch.Tensor, earlier: Statement, current: Statement
) -> str:
    """Obat di salah satu dari dua panggilan yang menerima `shared`: yang optimizernya tidak melatih hulunya.

    Optimizernya yang melangkah di dalam panggilan yang galat; obatnya kosong bila ia melatih keduanya.
    """
    behind = {id(one) for one in leaves(upstream([shared]))}
    rest = {id(one) for one in _without(evidence.roots, shared)} - behind
    stepped = [
        resolve(part.removesuffix(".step"), frame.variables)[0]
        for frame in evidence.frames[:number] for one in frame.scope.statements
        for part in read_paths(one.node) if part.endswith(".step")
    ]  # fmt: skip
    held = {
        id(param) for one in stepped if isinstance(one, torch.optim.Optimizer)
        for group in one.param_groups for param in group["params"]
    }  # fmt: skip
    if not rest or bool(held & behind) == bool(held & rest):
        return ""
    statement = earlier if held & behind else current
    return instead(statement, _detached(statement.node, path))


def values_of(expression: ast.expr, frame: UserFrame) -> list[torch.Tensor]:
    """Tensor-tensor yang dibaca ungkapan ini, dan parameter modul yang dipanggilnya."""
    found = [resolve(path, frame.variables)[0] for path in read_paths(expression)]
    modules = [one for one in found if isinstance(one, torch.nn.Module)]
    return [one for one in found if isinstance(one, torch.Tensor)] + [
        param for module in modules for param in module.parameters()
    ]
