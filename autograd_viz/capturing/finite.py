"""Apakah semua angka yang tercatat terhingga, ditanya tanpa menyusun rekamannya."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd_viz.capturing import raw_events
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.snapshot import Snapshot, is_finite


def _nothing(_event: Any) -> tuple[()]:
    return ()


# What each kind of event brought about; the results of an operation stand in the record of its node.
OUTCOMES: Mapping[type, Callable[[Any], Iterable[Snapshot | None]]] = {
    raw_events.LeafUsed: lambda event: (event.value,),
    raw_events.OperationDone: _nothing,
    raw_events.TensorChanged: lambda event: (event.after,),
    raw_events.GraphCut: _nothing,
    raw_events.BackwardStarted: lambda event: [root.value for root in event.roots],
    raw_events.NodeRan: lambda event: (*event.received, *event.sent),
    raw_events.GradientCaptured: lambda event: (event.value,),
    raw_events.GradAccumulated: lambda event: (event.after,),
    raw_events.BackwardEnded: _nothing,
    raw_events.SegmentRecomputed: _nothing,
    raw_events.OptimizerStepped: lambda event: [change.after for change in event.changes],
    raw_events.GradCleared: _nothing,
    raw_events.NotShown: _nothing,
    raw_events.ErrorRaised: _nothing,
}


def all_finite(log: EventLog) -> bool:
    """Apakah tidak ada NaN atau Inf di mana pun, baik saat maju maupun mundur."""
    for record in log.nodes:
        if not all(map(is_finite, record.values.values())):
            return False
    return all(all(map(is_finite, OUTCOMES[type(event)](event))) for event in log.events)
