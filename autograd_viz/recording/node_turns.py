"""Putaran perulangan tempat setiap simpul rekaman dihitung."""

from __future__ import annotations

from collections.abc import Sequence

from autograd_viz.graph import NodeTurn
from autograd_viz.recording.events import Event, Forward, InPlace, RecordingData
from autograd_viz.recording.loops import path, turn_label


def node_turns(data: RecordingData) -> dict[int, tuple[NodeTurn, ...]]:
    """Putaran setiap simpul, dari luar ke dalam; simpul di luar perulangan tidak disebut.

    >>> from autograd_viz.recording.loops import Loop, Turn
    >>> node_turns(RecordingData(steps=(Forward(4, turn=0),), loops=(Loop("t"),), turns=(Turn(0, 0, 0, value=3),)))
    {4: (NodeTurn(run=0, number=0, label='t = 3'),)}
    """
    named = [NodeTurn(turn.run, turn.number, turn_label(data.loops, turn)) for turn in data.turns]
    turns = turns_of_nodes(data.steps)
    return {node: tuple(named[one] for one in path(data.turns, turn)) for node, turn in turns.items()}


def turns_of_nodes(steps: Sequence[Event]) -> dict[int, int]:
    """Nomor putaran tempat setiap simpul dihitung; simpul di luar perulangan tidak disebut.

    >>> turns_of_nodes([Forward(4, turn=0), Forward(5)])
    {4: 0}
    """
    found: dict[int, int] = {}
    for step in steps:
        if isinstance(step, Forward | InPlace) and step.node is not None and step.turn is not None:
            found.setdefault(step.node, step.turn)
    return found
