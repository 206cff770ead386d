"""Pita mentah menjadi `RecordingData`: nomor simpul akhir, nama, langkah-langkah beku."""

from __future__ import annotations

from types import CodeType
from typing import Any

from autograd_viz.capturing.build_events import EventBuilder
from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.source_map import SourceMap
from autograd_viz.graph import Graph
from autograd_viz.recording.events import RecordingData


def build_recording(log: EventLog, source_map: SourceMap, labels: dict[str, Any], error: str | None) -> RecordingData:
    """Menyusun rekaman dari pita mentahnya."""
    source_map.open([part for event in log.events for part in event[1:4] if _is_position(part)])
    builder = GraphBuilder(log, source_map, labels)
    steps = tuple(EventBuilder(builder).all())
    outputs = builder.outputs()
    for output in outputs:
        if builder.nodes[output.node].role == "operation":
            builder.change(output.node, role="output")
    return RecordingData(Graph(tuple(builder.nodes), tuple(builder.edges), outputs), source_map.sources(), steps, error)


def _is_position(part: Any) -> bool:
    return type(part) is tuple and len(part) == 2 and type(part[0]) is CodeType
