"""Kejadian mentah menjadi kejadian beku, satu tipe untuk setiap jenis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.snapshot import Snapshot
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.graph import Value
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Call,
    Change,
    Clearing,
    Cut,
    End,
    Error,
    Event,
    Flow,
    Forward,
    Gradient,
    How,
    InPlace,
    Leaf,
    OptimizerStep,
    ZeroGrad,
)


class EventBuilder:
    """Menerjemahkan kejadian satu per satu; mengingat gradien yang sedang mengalir di setiap panah."""

    def __init__(self, builder: GraphBuilder) -> None:
        self.builder = builder
        self.nodes, self.numbers = builder.nodes, builder.numbers
        self.parts: dict[tuple[int, int], list[Flow]] = {}
        self.keep = False
        self.position: CodePosition | None = None

    def all(self) -> Iterator[Event]:
        """Semua kejadian menurut urutannya."""
        for kind, *details in self.builder.log.events:
            yield getattr(self, f"_on_{kind}")(*details)

    def value(self, taken: Snapshot | None) -> Value | None:
        """Nilai beku dari hasil `take`; None tetap None."""
        return self.builder.value(taken)

    def _on_leaf(self, number: int, position: CodePosition | None, taken: Snapshot) -> Leaf:
        node = self.numbers[number]
        return Leaf(node, self.builder.place(position), self.nodes[node].name, self.value(taken))

    def _inputs(self, number: int, inputs: list[Any]) -> tuple[Value | None, ...]:
        if inputs:
            return tuple(self.value(one[2] if type(one[0]) is int else one) for one in inputs)
        slots = self.builder.log.nodes[number].slots
        return tuple(
            self.value(self.builder.log.nodes[slot[0]].values.get(slot[1])) for slot in slots if slot is not None
        )

    def _results(self, number: int) -> tuple[Value | None, ...]:
        values = self.builder.log.nodes[number].values
        return tuple(self.value(values.get(output)) for output in range(max(values, default=-1) + 1))

    def _on_forward(self, number: int, position: CodePosition | None, inputs: list[Any]) -> Forward:
        node = self.numbers[number]
        found = self.nodes[node]
        place = self.builder.place(position)
        return Forward(node, place, found.name, self._results(number), self._inputs(number, inputs))

    def _on_inplace(
        self,
        number: int | None,
        position: CodePosition | None,
        inputs: list[Any],
        before: Snapshot | None,
        after: Snapshot | None,
        label: str,
        held: int | None,
    ) -> InPlace:
        node = None if number is None else self.numbers[number]
        name = None if node is None else self.nodes[node].name
        if held is not None:
            owner = self.nodes[self.numbers[held]].name
            name = f"{owner}.grad" if owner else ".grad"
        change = Change(name, node, self.value(before), self.value(after))
        given = tuple(self.value(one[2] if type(one[0]) is int else one) for one in inputs)
        return InPlace(label, change, node, self.builder.place(position), name, given)

    def _on_cut(self, number: int, position: CodePosition | None, how: How, taken: Snapshot | None) -> Cut:
        node = self.numbers[number]
        return Cut(node, how, self.builder.place(position), self.nodes[node].name, self.value(taken))

    def _on_backward(
        self, index: int, position: CodePosition | None, call: Call, sent: list[Any], keep: bool
    ) -> Backward:
        self.parts = {}
        self.keep = keep
        self.position = position
        flows = []
        for number, slot, output, taken in sent:
            shown = self.value(taken)
            flows.append(Flow(self.numbers[number], slot, output, shown))
            self.parts.setdefault((number, output), []).append(Flow(None, slot, output, shown))
        return Backward(index, call, self.builder.place(position), tuple(flows))

    def _on_gradient(self, number: int, index: int, received: list[Any], sent: list[Any]) -> Gradient:
        seen, node = self.builder.log.nodes[number], self.numbers[number]
        parts = self._take_parts(number, len(received))
        flows = []
        for slot, taken in enumerate(sent):
            target = seen.slots[slot] if slot < len(seen.slots) else None
            shown = self.value(taken)
            flows.append(
                Flow(None if target is None else self.numbers[target[0]], slot, target[1] if target else 0, shown)
            )
            if target is not None and shown is not None:
                self.parts.setdefault(target, []).append(Flow(node, slot, target[1], shown))
        shown_in = self.builder.values(received)
        hooked = any(_differs([part for part in parts if part.output == k], one) for k, one in enumerate(shown_in))
        freed = () if self.keep else tuple(one.name for one in seen.saved if one.state == "alive")
        found = self.nodes[node]
        saved = tuple(one._replace(state="freed") if one.name in freed else one for one in found.saved)
        grad = next((one for one in shown_in if one is not None), None)
        self.builder.change(node, grad=grad, saved=saved)
        place = self.builder.place(self.position)
        return Gradient(node, index, place, self.nodes[node].name, shown_in, parts, tuple(flows), freed, hooked)

    def _take_parts(self, number: int, outputs: int) -> tuple[Flow, ...]:
        return tuple(part for output in range(max(outputs, 1)) for part in self.parts.pop((number, output), ()))

    def _on_accumulate(
        self, number: int, index: int, received: Snapshot, before: Snapshot | None, after: Snapshot | None
    ) -> Accumulate:
        node = self.numbers[number]
        parts = self._take_parts(number, 1)
        got = self.value(received)
        self.builder.change(node, grad=self.value(after))
        change = Change(self.nodes[node].name, node, self.value(before), self.value(after))
        place = self.builder.place(self.position)
        return Accumulate(node, index, change, place, change.name, got, parts, _differs(parts, got))

    def _on_end(self, index: int, call: Call, values: list[Any]) -> End:
        return End(index, call, self.builder.place(self.position), self.builder.values(values))

    def _changes(self, changes: list[Any]) -> tuple[Change, ...]:
        found = []
        for number, before, after in changes:
            node = self.numbers[number]
            found.append(Change(self.nodes[node].name, node, self.value(before), self.value(after)))
        return tuple(found)

    def _on_optimizer(self, position: CodePosition | None, name: str, changes: list[Any]) -> OptimizerStep:
        return OptimizerStep(name, self._changes(changes), self.builder.place(position))

    def _on_zero_grad(
        self, position: CodePosition | None, how: Clearing, owner: str | None, changes: list[Any]
    ) -> ZeroGrad:
        return ZeroGrad(self._changes(changes), how, owner, self.builder.place(position))

    def _on_error(self, position: CodePosition | None, message: str) -> Error:
        return Error(message, self.builder.place(position))


def _differs(parts: Sequence[Flow], received: Value | None) -> bool:
    """Whether what one sender sent is not what arrived: a hook of the user lies between."""
    if len(parts) != 1 or parts[0].value is received:
        return False
    return repr(parts[0].value) != repr(received)  # as text, NaN equals NaN
