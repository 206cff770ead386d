"""Catatan mentah menjadi `RecordingData`: nomor simpul akhir, nama, langkah-langkah beku."""

from __future__ import annotations

from autograd_viz.capturing.build_checkpoints import build_checkpoints
from autograd_viz.capturing.build_circumstances import build_circumstances
from autograd_viz.capturing.build_events import EventBuilder
from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.build_loops import build_loops
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.raw_events import position_of
from autograd_viz.capturing.recorder import Labels
from autograd_viz.capturing.source_map import SourceMap
from autograd_viz.collecting import paused
from autograd_viz.graph import Graph
from autograd_viz.recording.as_written import as_written
from autograd_viz.recording.events import Missing, RecordingData


@paused()
def build_recording(log: EventLog, source_map: SourceMap, labels: Labels, error: str | None) -> RecordingData:
    """Menyusun rekaman dari catatan mentahnya."""
    positions = [*map(position_of, log.events), *(one.position for one in log.missing.kinds.values())]
    positions += [one.position for one in log.observations.seen] + [one.position for one in log.checkpoints]
    lost = [log.lineage.origins[one] for one in log.lineage.used()]
    positions += [position for one in lost for position in (one.position, one.made, *one.callers)]
    source_map.open([position for position in positions if position is not None])
    builder = GraphBuilder(log, source_map, labels)
    steps = tuple(EventBuilder(builder).all())
    outputs = builder.outputs()
    for output in outputs:
        if builder.nodes[output.node].role == "operation":
            builder.change(output.node, role="output")
    graph = Graph(tuple(builder.nodes), tuple(builder.edges), outputs, log.outside)
    missing = [Missing(kind, one.count, builder.place(one.position)) for kind, one in log.missing.kinds.items()]
    loops, turns = build_loops(builder)
    around, segments = build_circumstances(builder), build_checkpoints(builder)
    return as_written(
        RecordingData(graph, source_map.sources(), steps, error, tuple(missing), (), loops, turns, around, segments)
    )
