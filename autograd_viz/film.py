"""Pita mentah menjadi `Film`: nomor simpul akhir, nama, langkah-langkah beku."""

from __future__ import annotations

from typing import Any

from autograd_viz.capture import Taken, value
from autograd_viz.graph import Edge, Graph, Node, Output, Value
from autograd_viz.places import Atlas, Spot
from autograd_viz.recording import Change, Film, Flow, Place, Step
from autograd_viz.tape import Seen, Tape, device_text


def develop(tape: Tape, atlas: Atlas, labels: dict[str, Any], error: str | None) -> Film:
    """Menyusun rekaman dari pita mentahnya."""
    atlas.open()
    return _Developer(tape, atlas, labels).film(error)


class _Developer:
    def __init__(self, tape: Tape, atlas: Atlas, labels: dict[str, Any]) -> None:
        self.tape, self.atlas, self.labels = tape, atlas, labels
        self.cache: dict[int, Value] = {}
        self.places: dict[Spot, Place | None] = {}
        self._name_results()
        self.numbers: list[int] = []  # node of the tape → node of the graph
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.parts: dict[tuple[int, int], list[Flow]] = {}
        self.keep = False
        self.spot: Spot | None = None

    def film(self, error: str | None) -> Film:
        for number, seen in enumerate(self.tape.nodes):
            self._add(number, seen)
        steps = [step for event in self.tape.events for step in self._steps(event)]
        outputs = self._outputs()
        for output in outputs:
            if self.nodes[output.node].role == "operation":
                self.nodes[output.node] = self.nodes[output.node]._replace(role="output")
        return Film(Graph(tuple(self.nodes), tuple(self.edges), outputs), self.atlas.sources(), tuple(steps), error)

    def _value(self, taken: Taken | None) -> Value | None:
        if taken is None:
            return None
        known = self.cache.get(id(taken))  # the tape keeps every one of them alive
        if known is None:
            known = self.cache[id(taken)] = _number(taken) or value(taken)  # type: ignore[assignment]
        return known

    def _values(self, taken: Any) -> tuple[Value | None, ...]:
        return tuple(self._value(one) for one in taken)

    def _place(self, spot: Spot | None) -> Place | None:
        if spot is None:
            return None
        if spot not in self.places:
            self.places[spot] = self.atlas.place(spot)
        return self.places[spot]

    def _name_results(self) -> None:
        """`y = a * b + c` stores what its last operation made: that one is called y."""
        made = [(event[1], event[2]) for event in self.tape.events if event[0] == "forward" and event[2] is not None]
        for (number, spot), following in zip(made, [*made[1:], None], strict=False):
            seen = self.tape.nodes[number]
            ends = following is None or following[1] != spot
            again = following is not None and self.tape.nodes[following[0]].op == seen.op
            if seen.name is None and (ends or (again and self.atlas.is_operator(spot))):
                seen.name = self.atlas.stored_name(spot)

    def _add(self, number: int, seen: Seen) -> None:
        links: list[tuple[int, int, int]] = []
        for slot, taken in seen.consts.items():
            shown = self._value(taken)
            if shown is not None:
                name = self.labels["constants"].get(id(taken))
                node = Node("", "constant", name, (shown.shape,), shown.dtype, value=shown)
                links.append((self._append(node), slot, 0))
        for slot, source in enumerate(seen.slots):
            if source is not None:
                links.append((self.numbers[source[0]], slot, source[1]))
        dtype, device = device_text(seen)
        place = self._append(
            Node(
                seen.op,
                "leaf" if seen.op == "AccumulateGrad" else "operation",
                seen.name,
                seen.shapes,
                dtype,
                device,
                seen.saved,
                seen.attributes,
                self._value(seen.values.get(0) or next(iter(seen.values.values()), None)),
                module=self._module(seen),
            )
        )
        self.numbers.append(place)
        self.edges += [Edge(source, place, slot, output) for source, slot, output in sorted(links, key=lambda x: x[1])]

    def _append(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _module(self, seen: Seen) -> str | None:
        if seen.op == "AccumulateGrad":
            return seen.name.rpartition(".")[0] or None if seen.name else None
        if seen.module is None:
            return None
        root, path = seen.module
        names = self.labels["roots"]
        label = names[root] if root < len(names) else ""
        return path if path and len(names) == 1 else f"{label}.{path}" if path else label

    def _outputs(self) -> tuple[Output, ...]:
        asked = [
            (self.numbers[number], output)
            for event in self.tape.events
            if event[0] == "backward"
            for number, _, output, _ in event[4]
        ]
        used = {edge.source for edge in self.edges}
        loose = [(at, 0) for at, node in enumerate(self.nodes) if node.role == "operation" and at not in used]
        return tuple(Output(node, output, self.nodes[node].name) for node, output in dict.fromkeys([*asked, *loose]))

    def _steps(self, event: tuple[Any, ...]) -> list[Step]:
        return list(getattr(self, f"_on_{event[0]}")(*event[1:]))

    def _on_leaf(self, number: int, spot: Spot | None, taken: Taken) -> list[Step]:
        node = self.numbers[number]
        return [Step("leaf", self._place(spot), node, None, self.nodes[node].name, values=(self._value(taken),))]

    def _inputs(self, number: int, inputs: list[Any]) -> tuple[Value | None, ...]:
        if inputs:
            return tuple(self._value(one[2] if type(one[0]) is int else one) for one in inputs)
        slots = self.tape.nodes[number].slots
        return tuple(self._value(self.tape.nodes[slot[0]].values.get(slot[1])) for slot in slots if slot is not None)

    def _results(self, number: int) -> tuple[Value | None, ...]:
        values = self.tape.nodes[number].values
        return tuple(self._value(values.get(output)) for output in range(max(values, default=-1) + 1))

    def _on_forward(self, number: int, spot: Spot | None, inputs: list[Any]) -> list[Step]:
        node = self.numbers[number]
        found = self.nodes[node]
        values, given = self._results(number), self._inputs(number, inputs)
        return [Step("forward", self._place(spot), node, None, found.name, values=values, inputs=given)]

    def _on_inplace(
        self,
        number: int | None,
        spot: Spot | None,
        inputs: list[Any],
        before: Taken | None,
        after: Taken | None,
        label: str,
        held: int | None,
    ) -> list[Step]:
        node = None if number is None else self.numbers[number]
        name = None if node is None else self.nodes[node].name
        if held is not None:
            owner = self.nodes[self.numbers[held]].name
            name = f"{owner}.grad" if owner else ".grad"
        change = Change(name, node, self._value(before), self._value(after))
        given = tuple(self._value(one[2] if type(one[0]) is int else one) for one in inputs)
        return [
            Step("inplace", self._place(spot), node, None, name, label, (self._value(after),), given, changes=(change,))
        ]

    def _on_cut(self, number: int, spot: Spot | None, how: str, taken: Taken | None) -> list[Step]:
        node = self.numbers[number]
        values = () if taken is None else (self._value(taken),)
        return [Step("cut", self._place(spot), node, None, self.nodes[node].name, how, values)]

    def _on_backward(self, index: int, spot: Spot | None, call: str, sent: list[Any], keep: bool) -> list[Step]:
        self.parts = {}
        self.keep = keep
        self.spot = spot
        flows = []
        for number, slot, output, taken in sent:
            shown = self._value(taken)
            flows.append(Flow(self.numbers[number], slot, output, shown))
            self.parts.setdefault((number, output), []).append(Flow(None, slot, output, shown))
        return [Step("backward", self._place(spot), round=index, detail=call, sent=tuple(flows))]

    def _on_gradient(self, number: int, index: int, received: list[Any], sent: list[Any]) -> list[Step]:
        seen, node = self.tape.nodes[number], self.numbers[number]
        parts = self._take_parts(number, len(received))
        flows = []
        for slot, taken in enumerate(sent):
            target = seen.slots[slot] if slot < len(seen.slots) else None
            shown = self._value(taken)
            flows.append(
                Flow(None if target is None else self.numbers[target[0]], slot, target[1] if target else 0, shown)
            )
            if target is not None and shown is not None:
                self.parts.setdefault(target, []).append(Flow(node, slot, target[1], shown))
        shown_in = self._values(received)
        hooked = any(
            [part.value for part in parts if part.output == output] not in ([one], []) and _alone(parts, output)
            for output, one in enumerate(shown_in)
        )
        freed = () if self.keep else tuple(one.name for one in seen.saved if one.state == "alive")
        found = self.nodes[node]
        saved = tuple(one._replace(state="freed") if one.name in freed else one for one in found.saved)
        grad = next((one for one in shown_in if one is not None), None)
        self.nodes[node] = found._replace(grad=grad, saved=saved)
        place = self._place(self.spot)
        return [
            Step(
                "gradient", place, node, index, self.nodes[node].name, None, shown_in, (), parts, tuple(flows), (), freed, hooked
            )
        ]

    def _take_parts(self, number: int, outputs: int) -> tuple[Flow, ...]:
        return tuple(part for output in range(max(outputs, 1)) for part in self.parts.pop((number, output), ()))

    def _on_accumulate(
        self, number: int, index: int, received: Taken, before: Taken | None, after: Taken | None
    ) -> list[Step]:
        node = self.numbers[number]
        parts = self._take_parts(number, 1)
        got = self._value(received)
        self.nodes[node] = self.nodes[node]._replace(grad=self._value(after))
        change = Change(self.nodes[node].name, node, self._value(before), self._value(after))
        hooked = len(parts) == 1 and parts[0].value != got
        return [
            Step(
                "accumulate",
                self._place(self.spot),
                node,
                index,
                change.name,
                values=(got,),
                parts=parts,
                changes=(change,),
                hooked=hooked,
            )
        ]

    def _on_end(self, index: int, call: str, values: list[Any]) -> list[Step]:
        return [Step("end", self._place(self.spot), round=index, detail=call, values=self._values(values))]

    def _changes(self, changes: list[Any]) -> tuple[Change, ...]:
        found = []
        for number, before, after in changes:
            node = self.numbers[number]
            found.append(Change(self.nodes[node].name, node, self._value(before), self._value(after)))
        return tuple(found)

    def _on_optimizer(self, spot: Spot | None, detail: str, changes: list[Any]) -> list[Step]:
        return [Step("optimizer", self._place(spot), detail=detail, changes=self._changes(changes))]

    def _on_zero_grad(self, spot: Spot | None, detail: str, changes: list[Any]) -> list[Step]:
        return [Step("zero_grad", self._place(spot), detail=detail, changes=self._changes(changes))]

    def _on_error(self, spot: Spot | None, detail: str) -> list[Step]:
        return [Step("error", self._place(spot), detail=detail)]


def _alone(parts: tuple[Flow, ...], output: int) -> bool:
    return sum(part.output == output for part in parts) == 1


def _number(taken: Taken) -> Value | None:
    """A plain Python number among the inputs of an operation, such as the 2 of x ** 2."""
    shape, kind, payload = taken
    if not isinstance(kind, type):
        return None
    low = None if isinstance(payload, complex) else float(payload)
    return Value((), kind.__name__, (payload,), low, low, low, float(abs(payload)), payload - payload == 0)
