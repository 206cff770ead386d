"""Potongan checkpoint dan hitungan ulangnya menjadi data beku."""

from __future__ import annotations

from typing import Any

from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.raw_events import (
    BackwardStarted,
    NodeRan,
    OperationDone,
    RawEvent,
    Repeated,
    SegmentRecomputed,
    TensorChanged,
)
from autograd_viz.capturing.snapshot import same_content
from autograd_viz.recording.checkpoints import Checkpoint, Recompute
from autograd_viz.recording.events import Change


def build_checkpoints(builder: GraphBuilder) -> tuple[Checkpoint, ...]:
    """Potongan-potongan sebuah rekaman, menurut urutannya dimulai."""

    def numbers(found: Any) -> tuple[int, ...]:
        return tuple(builder.numbers[one] for one in found)

    return tuple(
        Checkpoint(
            numbers(one.nodes),
            numbers(one.inputs),
            one.kept,
            numbers(one.promised),
            one.outer,
            None if one.function is None else builder.numbers[one.function],
            builder.place(one.position),
        )
        for one in builder.log.checkpoints
    )


class Recomputations:
    """Hitungan-hitungan ulang sebuah rekaman: simpul mana yang menunggu, dan apa yang dihitung."""

    def __init__(self, builder: GraphBuilder) -> None:
        self.builder = builder
        self.waiting: dict[int, int] = {}  # by the id of the raw event
        self.made: dict[int, tuple[int, ...]] = {}
        checkpoints = builder.log.checkpoints
        self.promised = frozenset(node for one in checkpoints for node in one.promised)
        self._look(builder.log.events if checkpoints or _has_any(builder.log.events) else [])

    def _look(self, events: list[RawEvent]) -> None:
        """From the end, what comes next in each backward, and what is computed until the next one begins."""
        ran: dict[int, int] = {}
        made: list[int] = []
        for event in reversed(events):
            match event:
                case NodeRan():
                    ran[event.backward] = event.node
                case BackwardStarted():
                    made = []
                case OperationDone() | TensorChanged() if event.node is not None:
                    made.append(event.node)
                case SegmentRecomputed():
                    if event.backward in ran:
                        self.waiting[id(event)] = ran[event.backward]
                    self.made[id(event)] = tuple(reversed(made))

    def event(self, event: SegmentRecomputed, place: Any) -> Recompute:
        """Satu potongan yang dihitung ulang."""
        builder, log, number = self.builder, self.builder.log, event.checkpoint
        node = self.waiting.get(id(event))
        nodes = [one.node for one in event.nodes if one.computed and one.node is not None]
        if number is not None and log.checkpoints[number].function is not None:
            node, nodes = log.checkpoints[number].function, list(self.made[id(event)])
        return Recompute(
            None if node is None else builder.numbers[node],
            event.backward,
            number,
            place,
            tuple(builder.numbers[one] for one in nodes),
            tuple(builder.numbers[one.node] for one in event.nodes if not one.computed and one.node is not None),
            sum(one.computed and one.node is None for one in event.nodes),
            event.size,
            tuple(change for one in event.nodes if (change := self._change(one)) is not None),
            event.selective,
        )

    def _change(self, one: Repeated) -> Change | None:
        """A result that is another one than at the first time."""
        if one.node is None or one.value is None:
            return None
        record = self.builder.log.nodes[one.node]
        before = (record.values if record.computed is None else record.computed).get(one.output)
        if before is None or same_content(before, one.value):
            return None
        number = self.builder.numbers[one.node]
        return Change(self.builder.nodes[number].name, number, *self.builder.values((before, one.value)))


def _has_any(events: list[RawEvent]) -> bool:
    return any(isinstance(one, SegmentRecomputed) for one in events)
