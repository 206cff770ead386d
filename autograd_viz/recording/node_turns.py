"""Putaran perulangan tempat setiap simpul rekaman dihitung."""

from __future__ import annotations

from autograd_viz.graph import NodeTurn
from autograd_viz.recording.events import Forward, InPlace, RecordingData
from autograd_viz.recording.loops import path, turn_label


def node_turns(data: RecordingData) -> dict[int, tuple[NodeTurn, ...]]:
    """Putaran setiap simpul, dari luar ke dalam; simpul di luar perulangan tidak disebut.

    >>> from autograd_viz.recording.loops import Loop, Turn
    >>> node_turns(RecordingData(steps=(Forward(4, turn=0),), loops=(Loop("t"),), turns=(Turn(0, 0, 0, value=3),)))
    {4: (NodeTurn(run=0, number=0, label='t = 3'),)}
    """
    named = [NodeTurn(turn.run, turn.number, turn_label(data.loops, turn)) for turn in data.turns]
    found: dict[int, tuple[NodeTurn, ...]] = {}
    for step in data.steps:
        if isinstance(step, Forward | InPlace) and step.node is not None and step.turn is not None:
            found.setdefault(step.node, tuple(named[turn] for turn in path(data.turns, step.turn)))
    return found
