"""The recording as plain data: a hand-written one, to JSON and back, without torch."""

import json
import math
from typing import get_args

import pytest

from autograd_viz.graph import Edge, Graph, Node, Output, Value
from autograd_viz.recording.as_written import as_written
from autograd_viz.recording.events import (
    EVENTS,
    Accumulate,
    Backward,
    Change,
    Cut,
    CutLink,
    End,
    Flow,
    Forward,
    Gradient,
    Kind,
    Leaf,
    RecordingData,
)
from autograd_viz.recording.recording import Recording
from autograd_viz.recording.source import Place, Source


def scalar(number: float) -> Value:
    return Value((), "float32", (number,), number, number, number, abs(number), math.isfinite(number))


TEXT = """x = torch.tensor(3.0,
                 requires_grad=True)
y = x ** 2
z = 2 * y + 3
z.backward()
"""


def example() -> Recording:
    """The run of the design picture: x = 3, y = x², z = 2y + 3."""
    nodes = (
        Node("AccumulateGrad", "leaf", "x", ((),), "float32", value=scalar(3.0), grad=scalar(12.0)),
        Node("PowBackward0", "operation", "y", ((),), "float32", value=scalar(9.0), grad=scalar(2.0)),
        Node("MulBackward0", "operation", None, ((),), "float32", value=scalar(18.0), grad=scalar(1.0)),
        Node("AddBackward0", "output", "z", ((),), "float32", value=scalar(21.0), grad=scalar(1.0)),
    )
    graph = Graph(nodes, (Edge(0, 1, 0), Edge(1, 2, 0), Edge(2, 3, 0)), (Output(3, 0, "z"),))
    three, four, five = Place(0, 3, 3), Place(0, 4, 4), Place(0, 5, 5)
    one, two, twelve = scalar(1.0), scalar(2.0), scalar(12.0)
    steps = (
        Leaf(0, three, "x", scalar(3.0)),
        Forward(1, three, "y", (scalar(9.0),), (scalar(3.0),)),
        Forward(2, four, None, (scalar(18.0),), (scalar(9.0),)),
        Forward(3, four, "z", (scalar(21.0),), (scalar(18.0),)),
        Backward(0, "backward", five, (Flow(3, 0, 0, one),)),
        Gradient(3, 0, five, values=(one,), parts=(Flow(None, 0, 0, one),), sent=(Flow(2, 0, 0, one),)),
        Gradient(2, 0, five, values=(one,), parts=(Flow(3, 0, 0, one),), sent=(Flow(1, 0, 0, two),)),
        Gradient(
            1,
            0,
            five,
            values=(two,),
            parts=(Flow(2, 0, 0, two),),
            sent=(Flow(0, 0, 0, twelve),),
            freed=("self",),
        ),
        Accumulate(0, 0, Change("x", 0, None, twelve), five, "x", twelve),
        End(0, "backward", five),
    )
    return Recording(RecordingData(graph, (Source("sel", TEXT),), steps))


def test_json_round_trip():
    run = example()
    text = run.to_json()
    assert Recording.from_json(text) == run
    assert Recording.from_json(text).to_json() == text
    assert json.loads(text)["steps"][0]["place"] == {"source": 0, "line": 3, "end": 3}


def test_nonfinite_numbers_survive_as_valid_json():
    values = scalar(math.inf), scalar(-math.inf), scalar(math.nan)
    run = Recording(RecordingData(steps=(Forward(0, values=values),)))
    text = run.to_json()
    json.loads(text, parse_constant=lambda name: pytest.fail(name))
    first, second, third = Recording.from_json(text).steps[0].values
    assert first.numbers == (math.inf,) and second.numbers == (-math.inf,)
    assert math.isnan(third.numbers[0]) and third.finite is False


def test_complex_numbers_survive():
    run = Recording(RecordingData(steps=(Leaf(0, value=Value((1,), "complex64", (1 + 2j,))),)))
    assert Recording.from_json(run.to_json()) == run


def test_every_kind_of_event_has_its_type():
    assert tuple(EVENTS) == get_args(Kind)
    assert all("node" in one._fields and "place" in one._fields for one in EVENTS.values())


@pytest.mark.parametrize("text", ["", "[]", '{"steps": 3}', '{"steps": [{"kind": "lain"}]}'])
def test_bad_json_is_a_clear_error(text):
    with pytest.raises(ValueError, match="JSON"):
        Recording.from_json(text)


def test_line_of_a_statement_over_two_lines():
    run = example()
    assert run.line(run.steps[3]) == "z = 2 * y + 3"
    assert run.line(Leaf(0, Place(0, 1, 2))).endswith("requires_grad=True)")
    assert run.line(Leaf(0)) is None


def test_unfinished_recording_says_so():
    run = Recording()
    assert "masih merekam" in repr(run)
    with pytest.raises(ValueError, match="belum selesai"):
        _ = run.steps


def test_the_graph_as_written_and_the_cuts_are_part_of_the_recording():
    graph = Graph(
        (
            Node("AccumulateGrad", "leaf", "a", ((),)),
            Node("MulBackward0", "operation", "b", ((),)),
            Node("", "constant", None, ((),), value=scalar(6.0)),
            Node("MulBackward0", "output", None, ((),)),
            Node("AddBackward1", "output", None, ((),)),
        ),
        (Edge(0, 1, 0), Edge(2, 3, 1), Edge(0, 3, 0), Edge(0, 4, 0)),
    )
    source = Source("sel", "b = a * 3\n(b.detach() * a).backward()\na + 2\n")
    steps = (
        Cut(1, "detach", Place(0, 2, 2), value=scalar(6.0)),
        Forward(3, Place(0, 2, 2), values=(scalar(12.0),)),
        Forward(4, Place(0, 3, 3), values=(scalar(4.0),), inputs=(scalar(2.0), scalar(2.0))),
    )
    data = as_written(RecordingData(graph, (source,), steps))
    assert data.cuts == (CutLink(1, 2, "detach"),)
    assert data.graph.nodes[2].name == "b.detach()"
    assert data.graph.nodes[4].attributes == (("·slot1", "2"),)
    assert Recording.from_json(Recording(data).to_json()).data == data
