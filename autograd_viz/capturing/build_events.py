"""Kejadian mentah menjadi kejadian beku, satu tipe untuk setiap jenis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograd_viz.capturing.build_checkpoints import Recomputations
from autograd_viz.capturing.build_graph import GraphBuilder
from autograd_viz.capturing.build_updates import build_update
from autograd_viz.capturing.flowing_pass import FlowingPass
from autograd_viz.capturing.raw_events import (
    IN_ENGINE,
    BackwardEnded,
    BackwardStarted,
    ErrorRaised,
    GradAccumulated,
    GradCleared,
    GradientCaptured,
    GraphCut,
    Input,
    LeafChange,
    LeafUsed,
    NodeRan,
    NotShown,
    OperationDone,
    OptimizerStepped,
    RawEvent,
    ScalarInput,
    SegmentRecomputed,
    TensorChanged,
)
from autograd_viz.capturing.snapshot import Snapshot, value_of_number
from autograd_viz.graph import Value
from autograd_viz.recording.checkpoints import Recompute
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Change,
    Cut,
    End,
    Error,
    Event,
    Flow,
    Forward,
    Gradient,
    InPlace,
    Leaf,
    OptimizerStep,
    Unseen,
    ZeroGrad,
)


class EventBuilder:
    """Menerjemahkan kejadian satu per satu; mengingat gradien yang sedang mengalir di setiap backward."""

    def __init__(self, builder: GraphBuilder) -> None:
        self.builder = builder
        self.nodes, self.numbers = builder.nodes, builder.numbers
        self.passes: dict[int, FlowingPass] = {}
        self.turns: dict[int, int | None] = {}  # of the call of each backward
        self.again = Recomputations(builder)

    def all(self) -> Iterator[Event]:
        """Semua kejadian menurut urutannya."""
        for event in self.builder.log.events:
            yield BUILDERS[type(event)](self, event)._replace(turn=self._turn(event))

    def _turn(self, event: RawEvent) -> int | None:
        if isinstance(event, IN_ENGINE):
            return self.turns[event.backward]
        turn = None if event.position is None else event.position.turn
        if isinstance(event, BackwardStarted):
            self.turns[event.backward] = turn
        return turn

    def value(self, snapshot: Snapshot | None) -> Value | None:
        """Nilai beku sebuah isi; None tetap None."""
        return self.builder.value(snapshot)

    def leaf(self, event: LeafUsed) -> Leaf:
        """Sebuah daun."""
        node = self.numbers[event.node]
        return Leaf(node, self.builder.place(event.position), self.nodes[node].name, self.value(event.value))

    def _given(self, inputs: tuple[Input, ...]) -> tuple[Value | None, ...]:
        return tuple(
            value_of_number(one.value) if isinstance(one, ScalarInput) else self.value(one.value) for one in inputs
        )

    def _inputs(self, number: int, inputs: tuple[Input, ...]) -> tuple[Value | None, ...]:
        if inputs:
            return self._given(inputs)
        slots = self.builder.log.nodes[number].slots
        return tuple(
            self.value(self.builder.log.nodes[slot[0]].values.get(slot[1])) for slot in slots if slot is not None
        )

    def _results(self, number: int) -> tuple[Value | None, ...]:
        record = self.builder.log.nodes[number]
        values = record.values if record.computed is None else record.computed
        return tuple(self.value(values.get(output)) for output in range(max(values, default=-1) + 1))

    def forward(self, event: OperationDone) -> Forward:
        """Sebuah operasi yang dihitung."""
        node = self.numbers[event.node]
        found = self.builder.log.nodes[event.node].tangents
        tangents = self.builder.values(found.get(k) for k in range(max(found) + 1)) if any(found.values()) else ()
        place, name = self.builder.place(event.position), self.nodes[node].name
        values, given = self._results(event.node), self._inputs(event.node, event.inputs)
        return Forward(node, place, name, values, given, tangents)

    def inplace(self, event: TensorChanged) -> InPlace:
        """Sebuah tensor yang diubah di tempat."""
        node = None if event.node is None else self.numbers[event.node]
        name = None if node is None else self.nodes[node].name
        if event.grad_of is not None:
            owner = self.nodes[self.numbers[event.grad_of]].name
            name = f"{owner}.grad" if owner else ".grad"
            self.builder.change(self.numbers[event.grad_of], grad=self.value(event.after))
        change = Change(name, node, self.value(event.before), self.value(event.after))
        place = self.builder.place(event.position)
        given = self._given(event.inputs)
        grad_of, through = (None if one is None else self.numbers[one] for one in (event.grad_of, event.through))
        return InPlace(event.operation, change, node, place, name, given, grad_of, through, event.overlaps)

    def cut(self, event: GraphCut) -> Cut:
        """Sebuah tensor yang diputus dari grafnya."""
        node = self.numbers[event.node]
        place, name = self.builder.place(event.position), self.nodes[node].name
        return Cut(node, event.how, place, name, self.value(event.result))

    def backward(self, event: BackwardStarted) -> Backward:
        """Panggilan mesin backward."""
        run = self.passes[event.backward] = FlowingPass(self.builder.place(event.position), event.retain_graph)
        flows = []
        for number, slot, output, snapshot in event.roots:
            shown = self.value(snapshot)
            flows.append(Flow(self.numbers[number], slot, output, shown))
            run.send((number, output), Flow(None, slot, output, shown))
        return Backward(event.backward, event.call, run.place, tuple(flows))

    def gradient(self, event: NodeRan) -> Gradient:
        """Sebuah simpul yang dijalankan mesin."""
        record, node = self.builder.log.nodes[event.node], self.numbers[event.node]
        run = self.passes[event.backward]
        parts = run.arrived(event.node, len(event.received))
        flows = []
        for slot, snapshot in enumerate(event.sent):
            target = record.slots[slot] if slot < len(record.slots) else None
            shown = self.value(snapshot)
            flows.append(
                Flow(None if target is None else self.numbers[target[0]], slot, target[1] if target else 0, shown)
            )
            if target is not None and shown is not None:
                run.send(target, Flow(node, slot, target[1], shown))
        shown_in = self.builder.values(event.received)
        hooked = any(_differs([part for part in parts if part.output == k], one) for k, one in enumerate(shown_in))
        held = ("alive", "hooked") if event.node in self.again.promised else ("alive",)
        freed = () if run.retain_graph else tuple(one.name for one in record.saved if one.state in held)
        found = self.nodes[node]
        saved = tuple(one._replace(state="freed") if one.name in freed else one for one in found.saved)
        grad = next((one for one in shown_in if one is not None), None)
        self.builder.change(node, grad=grad, saved=saved)
        name = self.nodes[node].name
        return Gradient(node, event.backward, run.place, name, shown_in, parts, tuple(flows), freed, hooked)

    def captured(self, event: GradientCaptured) -> Gradient:
        """Gradien yang diminta bagi sebuah simpul yang tidak dijalankan."""
        node = self.numbers[event.node]
        run = self.passes[event.backward]
        values = (*[None] * event.output, self.value(event.value))
        parts = run.arrived(event.node, event.output + 1)
        self.builder.change(node, grad=values[-1])
        hooked = _differs([part for part in parts if part.output == event.output], values[-1])
        return Gradient(
            node, event.backward, run.place, self.nodes[node].name, values, parts, hooked=hooked, captured=True
        )

    def accumulate(self, event: GradAccumulated) -> Accumulate:
        """Gradien yang sampai di sebuah daun."""
        node = self.numbers[event.node]
        run = self.passes[event.backward]
        parts = run.arrived(event.node, 1)
        got = self.value(event.received)
        change = Change(self.nodes[node].name, node, self.value(event.before), self.value(event.after))
        self.builder.change(node, grad=change.after)
        return Accumulate(node, event.backward, change, run.place, change.name, got, parts, _differs(parts, got))

    def end(self, event: BackwardEnded) -> End:
        """Mesin yang selesai."""
        place = self.passes[event.backward].place
        return End(event.backward, event.call, place, self.builder.values(event.results))

    def recompute(self, event: SegmentRecomputed) -> Recompute:
        """Potongan di dalam checkpoint yang dihitung ulang."""
        return self.again.event(event, self.passes[event.backward].place)

    def _changes(self, changes: Sequence[LeafChange]) -> tuple[Change, ...]:
        found = []
        for number, before, after in changes:
            node = self.numbers[number]
            found.append(Change(self.nodes[node].name, node, self.value(before), self.value(after)))
        return tuple(found)

    def optimizer(self, event: OptimizerStepped) -> OptimizerStep:
        """Sebuah optimizer yang melangkah."""
        changes = self._changes([LeafChange(*step[:3]) for step in event.changes])
        updates = tuple(build_update(self.builder, step) for step in event.changes)
        return OptimizerStep(event.optimizer, changes, self.builder.place(event.position), updates, event.number)

    def zero_grad(self, event: GradCleared) -> ZeroGrad:
        """Gradien yang dihapus."""
        return ZeroGrad(self._changes(event.changes), event.how, event.owner, self.builder.place(event.position))

    def unseen(self, event: NotShown) -> Unseen:
        """Yang tidak dapat ditunjukkan."""
        return Unseen(event.what, self.builder.place(event.position))

    def error(self, event: ErrorRaised) -> Error:
        """Kode pengguna yang gagal."""
        return Error(event.message, self.builder.place(event.position))


BUILDERS: Mapping[type, Callable[[EventBuilder, Any], Event]] = {
    LeafUsed: EventBuilder.leaf,
    OperationDone: EventBuilder.forward,
    TensorChanged: EventBuilder.inplace,
    GraphCut: EventBuilder.cut,
    BackwardStarted: EventBuilder.backward,
    NodeRan: EventBuilder.gradient,
    GradientCaptured: EventBuilder.captured,
    GradAccumulated: EventBuilder.accumulate,
    BackwardEnded: EventBuilder.end,
    SegmentRecomputed: EventBuilder.recompute,
    OptimizerStepped: EventBuilder.optimizer,
    GradCleared: EventBuilder.zero_grad,
    NotShown: EventBuilder.unseen,
    ErrorRaised: EventBuilder.error,
}


def _differs(parts: Sequence[Flow], received: Value | None) -> bool:
    """Whether what one sender sent is not what arrived: a hook of the user lies between."""
    if len(parts) != 1 or parts[0].value is received:
        return False
    return repr(parts[0].value) != repr(received)  # as text, NaN equals NaN
