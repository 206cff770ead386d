"""Pengamatan mentah menjadi `Circumstances`: nomor simpul akhir dan tempat dalam sumber."""

from __future__ import annotations

from typing import Any

from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.lineage import RawOrigin
from autograd_viz.capturing.observations import RawObservation
from autograd_viz.recording.circumstances import (
    Circumstances,
    Clipped,
    Entered,
    GradCopied,
    Observation,
    Origin,
    Parameter,
)


def build_circumstances(builder: GraphBuilder) -> Circumstances:
    """Menyusun pengamatan sebuah rekaman yang sudah selesai."""
    log = builder.log
    modules = tuple(
        one._replace(
            parameters=_numbered(builder, one.parameters),
            unregistered=_numbered(builder, one.unregistered),
            not_frozen=tuple(
                held._replace(parameters=_numbered(builder, held.parameters)) for held in one.not_frozen
            ),
        )
        for one in log.module_parts
    )
    seen = tuple(_built(builder, one) for one in log.observations.seen)
    return Circumstances(seen, modules, log.anomaly, log.kept_roots, *_lineage(builder))


def _lineage(builder: GraphBuilder) -> tuple[tuple[Origin, ...], tuple[Entered, ...]]:
    """The places where a graph was lost and the result went in again, numbered anew."""
    lineage = builder.log.lineage
    used = lineage.used()
    number = {origin: at for at, origin in enumerate(used)}
    origins = tuple(_origin(builder, lineage.origins[one]) for one in used)
    entered = tuple(
        Entered(builder.numbers[node], tuple(number[origin] for origin in found))
        for node, found in sorted(lineage.entered.items())
    )
    return origins, entered


def _origin(builder: GraphBuilder, raw: RawOrigin) -> Origin:
    nodes = tuple(builder.numbers[one] for one in raw.nodes)
    place, made = builder.place(raw.position), builder.place(raw.made)
    callers = tuple([found for one in raw.callers if (found := builder.place(one)) is not None])
    return Origin(raw.how, nodes, raw.at, place, raw.round, made, callers)


def _numbered(builder: GraphBuilder, held: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    return tuple(one if one.leaf is None else one._replace(leaf=builder.numbers[one.leaf]) for one in held)


def _built(builder: GraphBuilder, raw: RawObservation) -> Observation:
    seen: Any = raw.seen._replace(place=builder.place(raw.position))
    match seen:
        case Clipped():
            value = builder.value(raw.norm)
            norm = value.numbers[0] if value is not None and value.numbers else None
            return seen._replace(
                leaves=tuple(builder.numbers[one] for one in seen.leaves),
                norm=float(norm) if isinstance(norm, (int, float)) else None,
            )
        case GradCopied():
            return seen._replace(leaf=builder.numbers[seen.leaf])
    found: Observation = seen
    return found
