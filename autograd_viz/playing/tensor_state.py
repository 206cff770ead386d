"""Keadaan semua tensor pada satu saat dalam rekaman."""

from __future__ import annotations

from collections.abc import Container

from autograd_viz.graph import Value
from autograd_viz.operations.ops import lookup
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Event,
    Flow,
    Forward,
    Gradient,
    InPlace,
    Leaf,
    OptimizerStep,
    ZeroGrad,
    value_of,
)
from autograd_viz.recording.recording import Recording

_BIRTHS: dict[str, type[Forward] | type[Gradient]] = {"maju": Forward, "mundur": Gradient}


class TensorState:
    """Yang diketahui sesudah setiap langkah: nilai, masukan tiap operasi saat maju, dan isi .grad."""

    def __init__(self, run: Recording) -> None:
        self.graph = run.graph
        self.incoming: list[list[int]] = [[] for _ in self.graph.nodes]
        for number, edge in enumerate(self.graph.edges):
            self.incoming[edge.target].append(number)
        self.leaves = frozenset(i for i, node in enumerate(self.graph.nodes) if node.role == "leaf")
        self.value: dict[tuple[int, int], Value] = {
            (i, 0): node.value
            for i, node in enumerate(self.graph.nodes)
            if node.role == "constant" and node.value is not None
        }
        self.inputs: dict[int, dict[int, Value]] = {}
        self.grad = _first_grads(run)
        self.sent: dict[tuple[int | None, int | None], tuple[Flow, ...]] = {
            (step.round, step.node): step.sent for step in run.steps if isinstance(step, Gradient)
        }
        self.meeting = {
            (step.round, step.node) for step in run.steps if isinstance(step, Accumulate) and len(step.parts) > 1
        }
        self.round: list[Accumulate] = []
        self.adds = True
        self.origin = run.first_nonfinite()

    def learn(self, step: Event) -> None:
        """Mencatat apa yang diketahui sesudah langkah ini."""
        match step:
            case Leaf() | Forward() | InPlace():
                if step.node is not None:
                    self._computed(step, step.node)
            case OptimizerStep():
                for change in step.changes:
                    if change.node is not None and change.after is not None:
                        self.value[change.node, 0] = change.after
            case ZeroGrad():
                for change in step.changes:
                    if change.node is not None:
                        self.grad[change.node] = change.after
            case Backward():
                self.round, self.adds = [], step.call != "grad"
            case Accumulate():
                self.grad[step.node] = step.change.after
                self.round.append(step)

    def _computed(self, step: Leaf | Forward | InPlace, node: int) -> None:
        self.inputs[node] = {
            edge.slot: self.value[edge.source, edge.output]
            for edge in (self.graph.edges[e] for e in self.incoming[node])
            if (edge.source, edge.output) in self.value
        }
        given = () if isinstance(step, Leaf) else step.inputs
        if set(self.inputs[node]) == {0} and len(given) == 2 and given[1] is not None:
            if "{1}" in lookup(self.graph.nodes[node].op).expression:  # a number that autograd does not keep
                self.inputs[node][1] = given[1]
        for output, value in enumerate(step.values if isinstance(step, Forward) else [value_of(step)]):
            if value is not None:
                self.value[node, output] = value

    def born(self, step: Event) -> bool:
        """Apakah nan atau inf pertama kali keluar di langkah ini."""
        origin = self.origin
        if origin is None or step.node != origin.node or not isinstance(step, _BIRTHS[origin.phase]):
            return False
        went = [flow.value for flow in step.sent] if isinstance(step, Gradient) else step.values
        if all(value is None or value.finite for value in went):
            return False
        self.origin = None
        return True

    def arrival(
        self, flow: Flow, round_number: int | None, cards: Container[int]
    ) -> tuple[int | None, Value | None]:
        """Tempat gradien tiba sesudah melewati operasi yang dilipat ke panah, dan nilainya di sana."""
        node, value = flow.node, flow.value
        while node is not None and node not in cards:
            onward = next((one for one in self.sent.get((round_number, node), ()) if one.node is not None), None)
            if onward is None:
                return None, value
            node, value = onward.node, onward.value
        return node, value


def _first_grads(run: Recording) -> dict[int, Value | None]:
    """What .grad held before the recording, of leaves whose .grad the recording has seen change."""
    found: dict[int, Value | None] = {}
    for step in run.steps:
        changes = (step.change,) if isinstance(step, Accumulate) else step.changes if isinstance(step, ZeroGrad) else ()
        for change in changes:
            if change.node is not None:
                found.setdefault(change.node, change.before)
    return found
