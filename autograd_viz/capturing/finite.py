"""Apakah semua angka di pita mentah terhingga, ditanya tanpa menyusun rekamannya."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.snapshot import Snapshot, is_finite

# Kind of event: what it brought about. The results of "forward" stand in the nodes.
_OUTCOMES: Mapping[str, Callable[[tuple[Any, ...]], Iterable[Snapshot | None]]] = {
    "leaf": lambda event: (event[3],),
    "inplace": lambda event: (event[5],),
    "backward": lambda event: [taken for _, _, _, taken in event[4]],
    "gradient": lambda event: [*event[3], *event[4]],
    "accumulate": lambda event: (event[5],),
    "optimizer": lambda event: [after for _, _, after in event[3]],
}


def all_finite(log: EventLog) -> bool:
    """Apakah tidak ada NaN atau Inf di mana pun, baik saat maju maupun mundur."""
    for seen in log.nodes:
        if not all(map(is_finite, seen.values.values())):
            return False
    return all(all(map(is_finite, _OUTCOMES[event[0]](event))) for event in log.events if event[0] in _OUTCOMES)
