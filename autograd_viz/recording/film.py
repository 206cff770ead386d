"""Pita mentah menjadi `Film`: nomor simpul akhir, nama, langkah-langkah beku."""

from __future__ import annotations

from types import CodeType
from typing import Any

from autograd_viz.graph import Graph
from autograd_viz.recording.events import Film
from autograd_viz.recording.places import Atlas
from autograd_viz.recording.plate import Plate
from autograd_viz.recording.steps import Steps
from autograd_viz.recording.tape import Tape


def develop(tape: Tape, atlas: Atlas, labels: dict[str, Any], error: str | None) -> Film:
    """Menyusun rekaman dari pita mentahnya."""
    atlas.open([part for event in tape.events for part in event[1:4] if _is_spot(part)])
    plate = Plate(tape, atlas, labels)
    steps = tuple(Steps(plate).all())
    outputs = plate.outputs()
    for output in outputs:
        if plate.nodes[output.node].role == "operation":
            plate.change(output.node, role="output")
    return Film(Graph(tuple(plate.nodes), tuple(plate.edges), outputs), atlas.sources(), steps, error)


def _is_spot(part: Any) -> bool:
    return type(part) is tuple and len(part) == 2 and type(part[0]) is CodeType
