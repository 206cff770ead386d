"""Kejadian mentah pada pita menjadi langkah-langkah beku."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from autograd_viz.graph import Value
from autograd_viz.recording.capture import Taken
from autograd_viz.recording.events import Change, Flow, Step
from autograd_viz.recording.places import Spot
from autograd_viz.recording.plate import Plate


class Steps:
    """Menerjemahkan kejadian satu per satu; mengingat gradien yang sedang mengalir di setiap panah."""

    def __init__(self, plate: Plate) -> None:
        self.plate = plate
        self.nodes, self.numbers = plate.nodes, plate.numbers
        self.parts: dict[tuple[int, int], list[Flow]] = {}
        self.keep = False
        self.spot: Spot | None = None

    def all(self) -> Iterator[Step]:
        """Semua langkah menurut urutannya."""
        for kind, *details in self.plate.tape.events:
            yield getattr(self, f"_on_{kind}")(*details)

    def value(self, taken: Taken | None) -> Value | None:
        """Nilai beku dari hasil `take`; None tetap None."""
        return self.plate.value(taken)

    def _on_leaf(self, number: int, spot: Spot | None, taken: Taken) -> Step:
        node = self.numbers[number]
        return Step("leaf", self.plate.place(spot), node, None, self.nodes[node].name, values=(self.value(taken),))

    def _inputs(self, number: int, inputs: list[Any]) -> tuple[Value | None, ...]:
        if inputs:
            return tuple(self.value(one[2] if type(one[0]) is int else one) for one in inputs)
        slots = self.plate.tape.nodes[number].slots
        return tuple(
            self.value(self.plate.tape.nodes[slot[0]].values.get(slot[1])) for slot in slots if slot is not None
        )

    def _results(self, number: int) -> tuple[Value | None, ...]:
        values = self.plate.tape.nodes[number].values
        return tuple(self.value(values.get(output)) for output in range(max(values, default=-1) + 1))

    def _on_forward(self, number: int, spot: Spot | None, inputs: list[Any]) -> Step:
        node = self.numbers[number]
        found = self.nodes[node]
        values, given = self._results(number), self._inputs(number, inputs)
        return Step("forward", self.plate.place(spot), node, None, found.name, values=values, inputs=given)

    def _on_inplace(
        self,
        number: int | None,
        spot: Spot | None,
        inputs: list[Any],
        before: Taken | None,
        after: Taken | None,
        label: str,
        held: int | None,
    ) -> Step:
        node = None if number is None else self.numbers[number]
        name = None if node is None else self.nodes[node].name
        if held is not None:
            owner = self.nodes[self.numbers[held]].name
            name = f"{owner}.grad" if owner else ".grad"
        change = Change(name, node, self.value(before), self.value(after))
        given = tuple(self.value(one[2] if type(one[0]) is int else one) for one in inputs)
        return Step(
            "inplace", self.plate.place(spot), node, None, name, label, (self.value(after),), given, changes=(change,)
        )

    def _on_cut(self, number: int, spot: Spot | None, how: str, taken: Taken | None) -> Step:
        node = self.numbers[number]
        values = () if taken is None else (self.value(taken),)
        return Step("cut", self.plate.place(spot), node, None, self.nodes[node].name, how, values)

    def _on_backward(self, index: int, spot: Spot | None, call: str, sent: list[Any], keep: bool) -> Step:
        self.parts = {}
        self.keep = keep
        self.spot = spot
        flows = []
        for number, slot, output, taken in sent:
            shown = self.value(taken)
            flows.append(Flow(self.numbers[number], slot, output, shown))
            self.parts.setdefault((number, output), []).append(Flow(None, slot, output, shown))
        return Step("backward", self.plate.place(spot), round=index, detail=call, sent=tuple(flows))

    def _on_gradient(self, number: int, index: int, received: list[Any], sent: list[Any]) -> Step:
        seen, node = self.plate.tape.nodes[number], self.numbers[number]
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
        shown_in = self.plate.values(received)
        hooked = any(_differs([part for part in parts if part.output == k], one) for k, one in enumerate(shown_in))
        freed = () if self.keep else tuple(one.name for one in seen.saved if one.state == "alive")
        found = self.nodes[node]
        saved = tuple(one._replace(state="freed") if one.name in freed else one for one in found.saved)
        grad = next((one for one in shown_in if one is not None), None)
        self.plate.change(node, grad=grad, saved=saved)
        place = self.plate.place(self.spot)
        return Step(
            "gradient",
            place,
            node,
            index,
            self.nodes[node].name,
            None,
            shown_in,
            (),
            parts,
            tuple(flows),
            (),
            freed,
            hooked,
        )

    def _take_parts(self, number: int, outputs: int) -> tuple[Flow, ...]:
        return tuple(part for output in range(max(outputs, 1)) for part in self.parts.pop((number, output), ()))

    def _on_accumulate(
        self, number: int, index: int, received: Taken, before: Taken | None, after: Taken | None
    ) -> Step:
        node = self.numbers[number]
        parts = self._take_parts(number, 1)
        got = self.value(received)
        self.plate.change(node, grad=self.value(after))
        change = Change(self.nodes[node].name, node, self.value(before), self.value(after))
        hooked = _differs(parts, got)
        return Step(
            "accumulate",
            self.plate.place(self.spot),
            node,
            index,
            change.name,
            values=(got,),
            parts=parts,
            changes=(change,),
            hooked=hooked,
        )

    def _on_end(self, index: int, call: str, values: list[Any]) -> Step:
        return Step("end", self.plate.place(self.spot), round=index, detail=call, values=self.plate.values(values))

    def _changes(self, changes: list[Any]) -> tuple[Change, ...]:
        found = []
        for number, before, after in changes:
            node = self.numbers[number]
            found.append(Change(self.nodes[node].name, node, self.value(before), self.value(after)))
        return tuple(found)

    def _on_optimizer(self, spot: Spot | None, detail: str, changes: list[Any]) -> Step:
        return Step("optimizer", self.plate.place(spot), detail=detail, changes=self._changes(changes))

    def _on_zero_grad(self, spot: Spot | None, detail: str, changes: list[Any]) -> Step:
        return Step("zero_grad", self.plate.place(spot), detail=detail, changes=self._changes(changes))

    def _on_error(self, spot: Spot | None, detail: str) -> Step:
        return Step("error", self.plate.place(spot), detail=detail)


def _differs(parts: Sequence[Flow], received: Value | None) -> bool:
    """Whether what one sender sent is not what arrived: a hook of the user lies between."""
    if len(parts) != 1 or parts[0].value is received:
        return False
    return repr(parts[0].value) != repr(received)  # as text, NaN equals NaN
