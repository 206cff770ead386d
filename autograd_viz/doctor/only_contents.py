"""Hasil lama yang cukup isinya: parameter di hulunya tetap dilatih lewat hitungan baru di setiap putaran."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from typing import Any, NamedTuple

import torch

from autograd_viz.doctor.evidence import Evidence, Known, UserFrame, resolve
from autograd_viz.doctor.expressions import first_name, read_paths, stores
from autograd_viz.doctor.findings import Finding, at, called_here, instead
from autograd_viz.doctor.graph_state import leaves, node_of, upstream
from autograd_viz.doctor.made_before import Maker, maker_of
from autograd_viz.doctor.source import Statement
from autograd_viz.doctor.substitute import with_nodes
from autograd_viz.tracing.containers import reachable
from autograd_viz.tracing.trace import LEAF


class Old(NamedTuple):
    """Satu hasil yang dihitung sebelum perulangan: tensornya, dan pernyataan serta ungkapan yang menghitungnya."""

    known: Known
    statement: Statement
    value: ast.expr


def used_from_before(frame: UserFrame, number: int, loop: ast.stmt, old: Sequence[Known]) -> list[Known]:
    """Yang dibaca perulangan itu dan tidak ditulisnya, dengan namanya di sana."""
    inside = frame.scope.inside(loop)
    read = [path for one in inside for path in read_paths(one.node)]
    written = {store.path for node in (*(one.node for one in inside), loop) for store in stores(node)}
    named = [one._replace(path=called_here(one, frame.variables, read)) for one in old if one.frame == number]
    return [one for one in named if one.path and first_name(one.path) not in written]


def only_contents(evidence: Evidence, outside: Sequence[Known], bad: Set[Any], loop: str) -> Finding | None:
    """Temuan dengan `detach()` di tempat hasil-hasil itu dihitung; None bila menghitungnya lagi memang menolong.

    `outside` dihitung di luar perulangan `loop` dan dipakai di dalamnya; `bad` simpul yang sudah habis.
    """
    found = [
        Old(one, made.statement, made.value) for one in outside
        if (made := maker_of(evidence, one.path, one.frame)) is not None
        and made.statement is not None and made.value is not None and _from_spent(evidence, made, bad)
    ]  # fmt: skip
    if not found or not _trained_anew(evidence.roots, [one.known.tensor for one in found]):
        return None
    lines = {
        (one.statement.title, one.statement.line): instead(
            one.statement, with_nodes(one.statement.node, {id(one.value): _detached(one.value)})
        ) for one in found
    }  # fmt: skip
    named = " dan ".join(f"`{one.known.path}` ({at(one.statement)})" for one in found)
    return Finding(
        "luar-lingkaran",
        f"{named} dihitung di luar `{loop}`, dari hasil yang disimpan beserta grafnya, jadi setiap putaran melewati "
        "graf yang sama. Parameter di hulunya tetap dilatih: setiap putaran menghitungnya lagi lewat jalan lain. Di "
        "sini cukup isinya.",
        {"tensor": found[0].known.path, "line": found[0].statement.text},
        "\n".join(lines.values()),
        forward=found[0].statement,
        nodes=tuple(node_of(one.known.tensor) for one in found),
        weight=5,
    )


def _detached(value: ast.expr) -> str:
    text = ast.unparse(value)
    return f"{text}.detach()" if isinstance(value, (ast.Call, ast.Name, ast.Attribute)) else f"({text}).detach()"


def _from_spent(evidence: Evidence, made: Maker, bad: Set[Any]) -> bool:
    """Whether it gathers the results of several passes through the same parameters: made again they are as spent."""
    held = evidence.frames[made.frame].variables
    for path in read_paths(made.value):
        walks = [upstream([one]) for one in _tensors(resolve(path, held))]
        passes = [{id(leaf) for leaf in leaves(walk)} for walk in walks if any(node in bad for node in walk)]
        if len(passes) > 1 and passes[0] & passes[-1]:
            return True
    return False


def _tensors(found: tuple[Any, str]) -> Iterator[torch.Tensor]:
    value, rest = found
    if not rest:
        yield from (one for _, one in reachable({"x": [value]}, lambda kind: False) if isinstance(one, torch.Tensor))


def _trained_anew(roots: Sequence[torch.Tensor], old: Sequence[torch.Tensor]) -> bool:
    """Whether every leaf behind the old results is also reached without them."""
    behind = upstream(old)
    waiting, seen = [node_of(one) for one in roots], set[Any]()
    while waiting:
        node = waiting.pop()
        if node is None or node in seen or (node in behind and type(node) is not LEAF):
            continue
        seen.add(node)
        waiting += [parent for parent, _ in node.next_functions]
    ends = [node for node in behind if type(node) is LEAF]
    return bool(ends) and all(node in seen for node in ends)
