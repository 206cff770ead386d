"""Pengamatan mentah menjadi `Circumstances`: nomor simpul akhir dan tempat dalam sumber."""

from __future__ import annotations

from typing import Any

from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.observations import RawObservation
from autograd_viz.recording.circumstances import Circumstances, Clipped, GradCopied, Observation, Parameter


def build_circumstances(builder: GraphBuilder) -> Circumstances:
    """Menyusun pengamatan sebuah rekaman yang sudah selesai."""
    log = builder.log
    modules = tuple(
        one._replace(
            parameters=_numbered(builder, one.parameters),
            unregistered=_numbered(builder, one.unregistered),
        )
        for one in log.module_parts
    )
    seen = tuple(_built(builder, one) for one in log.observations.seen)
    return Circumstances(seen, modules, log.anomaly, log.kept_roots)


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
