"""Putaran-putaran yang dihitung selagi kode berjalan menjadi data: perulangan mana di sumber, dan isi variabelnya."""

from __future__ import annotations

from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.loop_turns import RawTurn
from autograd_viz.capturing.snapshot import Snapshot
from autograd_viz.recording.loops import Loop, Turn


def build_loops(builder: GraphBuilder) -> tuple[tuple[Loop, ...], tuple[Turn, ...]]:
    """Perulangan-perulangan menurut putaran pertamanya, dan semua putaran."""
    numbers: dict[tuple[int, int], int] = {}
    loops: list[Loop] = []
    turns: list[Turn] = []
    for one in builder.log.turns:
        key = (id(one.code), one.loop.first)  # the log keeps every code alive
        if key not in numbers:
            numbers[key] = len(loops)
            name = one.loop.targets[0] if one.loop.targets else ""
            loops.append(Loop(name, builder.source_map.loop(one.code.co_filename, one.loop.line)))
        turns.append(Turn(numbers[key], one.run, one.number, one.outer, _value(builder, one)))
    return tuple(loops), tuple(turns)


def _value(builder: GraphBuilder, turn: RawTurn) -> bool | int | float | str | None:
    if not isinstance(turn.value, Snapshot):
        return turn.value
    value = builder.value(turn.value)
    found = value.numbers[0] if value is not None and value.numbers else None
    return None if isinstance(found, complex) else found
