"""The kinds of raw events: every table that tells them apart knows all of them."""

from typing import get_args

import pytest
import torch

from autograd_viz.capturing import build_events, finite, raw_events
from autograd_viz.capturing.node_record import NodeRecord
from autograd_viz.capturing.raw_events import ConstantInput, RawEvent, ScalarInput, TrackedInput
from autograd_viz.capturing.record import record
from autograd_viz.capturing.snapshot import take_snapshot

KINDS = set(get_args(RawEvent))


@pytest.mark.parametrize("table", [build_events.BUILDERS, finite.OUTCOMES], ids=["builders", "outcomes"])
def test_every_table_knows_every_kind(table):
    assert set(table) == KINDS


def test_the_list_of_kinds_is_complete():
    inside_events = {*get_args(raw_events.Input), raw_events.StartGradient, raw_events.LeafChange,
        raw_events.LeafStep, raw_events.StepTerm, raw_events.Repeated,
    }  # fmt: skip
    declared = {kind for kind in vars(raw_events).values() if getattr(kind, "__module__", "") == raw_events.__name__}
    assert {kind for kind in declared if isinstance(kind, type)} - inside_events == KINDS


def test_an_event_inside_the_engine_has_no_place_of_its_own():
    ended = raw_events.BackwardEnded(0, "grad", ())
    error = raw_events.ErrorRaised(("code", 2), "ValueError: x")
    assert raw_events.position_of(ended) is None and raw_events.position_of(error) == ("code", 2)


def test_inputs_say_what_they_are():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    shift = torch.tensor([5.0, 6.0])
    with record() as run:
        y = (x * 3 + shift).sum()
    step = [step for step in run.steps if step.kind == "forward"]
    assert [[value.dtype for value in one.inputs] for one in step] == [["float32", "int"], ["float32"] * 2, ["float32"]]
    constants = [node for node in run.graph.nodes if node.role == "constant"]
    assert [(node.name, node.value.numbers) for node in constants] == [(None, (3,)), ("shift", (5.0, 6.0))]
    assert y.item() == 20.0


@pytest.mark.parametrize(
    ("slots", "inputs", "expected"),
    [
        (((0, 0), None), (True, False), {1}),
        ((None, (0, 0)), (False, True), {0}),
        ((None,), (True, False), {0}),
        (((0, 0),), (True, False), set()),
    ],
)
def test_constants_stand_in_the_slots_without_a_graph(slots, inputs, expected):
    content = take_snapshot(torch.ones(2))
    node = NodeRecord("MulBackward0", slots)
    node.keep_constants(tuple(TrackedInput(0, 0, content) if one else ConstantInput(content) for one in inputs))
    assert set(node.constants) == expected
    assert ScalarInput(2) not in node.constants.values()
