"""Catatan jalur setiap langkah mundur, dari turunan lokal yang terekam dalam satu backward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograd_viz.narration.context import Context
from autograd_viz.narration.path_note import End, Hop, Reading, arrow_note, find_paths, leaf_note
from autograd_viz.recording.events import Accumulate, Backward, Event, Gradient
from autograd_viz.text.rich_text import Span
from autograd_viz.text.value_text import scalar


def path_notes(events: Sequence[Event], contexts: Mapping[int, Context]) -> dict[int, tuple[Span, ...]]:
    """Catatan menurut nomor kejadian; `contexts` konteks kejadian-kejadian yang diceritakan film."""
    rounds: dict[int, list[int]] = {}
    for number in sorted(contexts):
        event = events[number]
        if isinstance(event, Backward | Gradient | Accumulate):
            rounds.setdefault(event.round, []).append(number)
    found: dict[int, tuple[Span, ...]] = {}
    for numbers in rounds.values():
        found |= _of_round(numbers, events, contexts)
    return {number: spans for number, spans in found.items() if spans}


def _of_round(
    numbers: Sequence[int], events: Sequence[Event], contexts: Mapping[int, Context]
) -> dict[int, tuple[Span, ...]]:
    starts: dict[int, float] = {}
    hops: dict[int, list[Hop]] = {}
    senders: dict[int, list[tuple[int, End]]] = {}  # of each node: the events that send to it, and their arrows
    for number in numbers:
        event = events[number]
        if isinstance(event, Backward):
            given = {flow.node: scalar(flow.value) for flow in event.sent}
            starts = {node: one for node, one in given.items() if node is not None and one is not None}
        elif isinstance(event, Gradient):
            for one in contexts[number].links:
                senders.setdefault(one.node, []).append((number, (event.node, one.slot)))
                if one.factor is not None and not one.factor.several:
                    hops.setdefault(event.node, []).append(Hop(one.node, one.slot, one.factor.numbers[0]))
    found: dict[int, tuple[Span, ...]] = {}
    for number in numbers:
        event = events[number]
        if not isinstance(event, Accumulate):
            continue
        reading = _reading(event, starts, hops, contexts[number])
        if reading is None or not reading.holds:
            continue
        found[number] = leaf_note(reading)
        passed: list[End] = []
        for sender, end in senders.get(event.node, ()):
            arrows = [one for other, one in senders[event.node] if other == sender]
            if len(arrows) == 1:  # a step that sends twice to the leaf is told at the leaf
                found[sender] = arrow_note(reading, end, passed)
            passed.append(end)
    return found


def _reading(
    event: Accumulate, starts: Mapping[int, float], hops: Mapping[int, Sequence[Hop]], context: Context
) -> Reading | None:
    added = scalar(event.value)
    if added is None:
        return None
    named = {node for node, name in context.names.items() if name.variable}
    names = {node: name.text for node, name in context.names.items()}
    paths = find_paths(event.node, starts, hops)
    return Reading(paths, context.name(event.node), names, named, scalar(event.change.before), added)
