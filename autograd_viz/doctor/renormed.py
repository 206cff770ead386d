"""Bobot `nn.Embedding(max_norm=…)` yang dipendekkan di tempat oleh forward-nya, sesudah dibaca operasi lain."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import torch

from autograd_viz.doctor.called_scopes import called_things, places_of
from autograd_viz.doctor.evidence import Evidence, resolve
from autograd_viz.doctor.expressions import dotted
from autograd_viz.doctor.findings import Finding, at, instead
from autograd_viz.doctor.forward_line import forward_line
from autograd_viz.doctor.graph_state import Conflict, same_storage
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.doctor.versions import versions
from autograd_viz.tracing.names import submodules
from autograd_viz.tracing.torch_internals import order_of
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.walk import Walk

_TABLES = (torch.nn.Embedding, torch.nn.EmbeddingBag)


def by_renorm(evidence: Evidence, conflict: Conflict, nodes: Walk) -> Iterator[Finding]:
    """Tabel dengan `max_norm` yang forward-nya berjalan sesudah bobotnya disimpan operasi lain."""
    for path, module in evidence.modules():
        for inner, part in submodules(module):
            if not isinstance(part, _TABLES) or part.max_norm is None or conflict.tensor is None:
                continue
            lookups = [node for node in nodes if _looks_up(node, part.weight)]
            saved_at = order_of(conflict.node) or 0
            later = [node for node in lookups if saved_at and (order_of(node) or 0) > saved_at]
            if not later or not same_storage(conflict.tensor, part.weight):
                continue
            table = f"{path}.{inner}".rstrip(".")
            readers = list(_readers(evidence, part.weight))
            saved = readers[0][0] if readers else None
            kind = type(part).__name__
            told = f"`{table}` adalah {kind}(max_norm={part.max_norm:g}): forward-nya memendekkan baris `weight` di " \
                   f"tempat, sesudah `weight` itu disimpan `{type(conflict.node).__name__}`"
            told += f" di {at(saved)}" if saved is not None else ""
            yield Finding(
                "modul-inplace",
                f"{told}. {versions(conflict)}",
                {"tensor": f"{table}.weight", "writer": f"nn.{kind}(…, max_norm={part.max_norm:g})",
                 "line": saved.text if saved is not None else ""},
                "\n".join(instead(line, _cloned(line, paths)) for line, paths in readers) or None,
                forward=saved,
                writer=_looking_up(evidence, part) or forward_line(evidence, later[0], nodes),
                nodes=(conflict.node,),
                weight=5,
            )  # fmt: skip
            return


def _looks_up(node: object, weight: torch.Tensor) -> bool:
    parents = [parent for parent, _ in node.next_functions]  # type: ignore[attr-defined]
    return type(node).__name__.startswith("Embedding") and any(
        type(parent) is LEAF and parent.variable is weight for parent in parents
    )


def _readers(evidence: Evidence, weight: torch.Tensor) -> Iterator[tuple[Statement, set[str]]]:
    """The statements that compute with the whole table themselves."""
    for scope, held in places_of(evidence, ran=True):
        for statement in scope.statements:
            node = statement.node
            value = getattr(node, "value", None)
            if hasattr(node, "body") or statement.silenced or value is None:
                continue
            paths = {
                path for one in ast.walk(value) if (path := dotted(one)) is not None
                and path.endswith(".weight") and resolve(path, held)[0] is weight
            }  # fmt: skip
            computed = not isinstance(value, (ast.Attribute, ast.Name))
            if paths and computed and not any(f"{path}.{word}" in statement.text for path in paths for word in _BARE):
                yield statement, paths


def _looking_up(evidence: Evidence, part: torch.nn.Module) -> Statement | None:
    """The last statement that calls the table."""
    found = [
        statement for scope, held in places_of(evidence, ran=True) for statement in scope.statements
        if any(thing is part for thing in called_things(statement, held))
    ]  # fmt: skip
    return found[-1] if found else None


_BARE = ("clone", "detach", "data", "grad", "shape", "size", "requires_grad")


def _cloned(statement: Statement, paths: set[str]) -> str:
    new = {id(one): f"{dotted(one)}.clone()" for one in ast.walk(statement.node) if dotted(one) in paths}
    return with_nodes(statement.node, new)
