"""Riwayat semua tensor dalam rekaman: nilai dan isi .grad sesudah kejadian mana pun, dibaca sekali dari kejadiannya."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Mapping
from typing import NamedTuple, TypeVar

from autograd_viz.graph import Value
from autograd_viz.operations.ops import lookup
from autograd_viz.recording.checkpoints import Recompute, promises
from autograd_viz.recording.events import (
    Accumulate,
    Backward,
    Change,
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
from autograd_viz.recording.nonfinite import Phase
from autograd_viz.recording.recording import Recording

_BIRTHS: dict[Phase, type[Forward] | type[Gradient]] = {"maju": Forward, "mundur": Gradient}
_Key = TypeVar("_Key", int, tuple[int, int])
_Series = tuple[list[int], list[Value | None]]  # numbers of events, and what was true from each of them on
_BEFORE = -1  # of what was known before the first event


class Arrival(NamedTuple):
    """Tempat sebuah gradien tiba (None bila ia berhenti di jalan) dan nilainya di sana.

    `joined` bernilai True bila di jalan ia bertemu gradien dari panah lain; `value` lalu nilainya sebelum dijumlahkan.
    `output` nomor keluaran simpul itu, yang menerimanya.
    """

    node: int | None
    value: Value | None
    joined: bool
    output: int


class TensorHistory:
    """Nilai, masukan, dan gradien setiap simpul menurut nomor kejadian."""

    def __init__(self, run: Recording) -> None:
        self.graph = run.graph
        self.checkpoints = run.data.checkpoints
        self.promised = frozenset(promises(self.checkpoints))
        self.names = frozenset(node.name for node in self.graph.nodes if node.name)
        self.leaves = frozenset(i for i, node in enumerate(self.graph.nodes) if node.role == "leaf")
        self.inputs: dict[int, dict[int, Value]] = {}
        self.tangents: dict[int, dict[int, Value]] = {}  # that come in, by slot
        self._tangents: dict[tuple[int, int], Value] = {}
        self.meeting: set[tuple[int, int]] = set()  # round and node where several gradients meet
        self.calls: dict[int, Backward] = {}  # by round
        self._values: dict[tuple[int, int], _Series] = {}
        self._grads: dict[int, _Series] = {}
        self._sent: dict[tuple[int, int], tuple[Flow, ...]] = {}
        self._grown: list[tuple[int, Change]] = []
        self._begun: list[int] = []
        self._given: dict[tuple[int, int], _Series] = {}  # inputs that a checkpoint has made anew, by node and slot
        self._renewed: dict[int, list[int]] = {}  # events at which the result of a node became another one
        self._incoming: list[list[int]] = [[] for _ in self.graph.nodes]
        for number, edge in enumerate(self.graph.edges):
            self._incoming[edge.target].append(number)
        for i, node in enumerate(self.graph.nodes):
            if node.role == "constant" and node.value is not None:
                self._set(self._values, (i, 0), _BEFORE, node.value)
        for number, event in enumerate(run.steps):
            self._read(number, event)
        self.birth = _birth(run)

    def value(self, node: int, at: int) -> Value | None:
        """Nilai keluaran pertama `node` sesudah kejadian ke-`at`; None bila belum diketahui."""
        return self._at(self._values, (node, 0), at)

    def inputs_at(self, node: int, at: int) -> dict[int, Value]:
        """Nilai masukan `node` menurut slot, seperti dipakai kejadian ke-`at`."""
        found = self.inputs.get(node, {})
        new = {slot: self._at(self._given, (node, slot), at) for slot in found} if self._given else {}
        return {**found, **{slot: value for slot, value in new.items() if value is not None}}

    def differs(self, node: int, at: int) -> bool:
        """Apakah pada kejadian ke-`at` hasil `node` sudah dihitung ulang menjadi lain daripada saat maju."""
        return any(number <= at for number in self._renewed.get(node, ()))

    def is_rerun(self, event: Recompute) -> bool:
        """Apakah yang dihitung ulang menjadi simpul-simpul baru, yang belum tampil."""
        return event.checkpoint is not None and self.checkpoints[event.checkpoint].function is not None

    def has_grad(self, node: int) -> bool:
        """Apakah isi .grad milik `node` diketahui."""
        return node in self._grads

    def grad(self, node: int, at: int) -> Value | None:
        """Isi .grad milik `node` sesudah kejadian ke-`at`; None bila kosong atau tidak diketahui."""
        return self._at(self._grads, node, at)

    def grown(self, at: int) -> list[Change]:
        """Isi .grad, seperti adanya sesudah kejadian ke-`at`, yang bertambah sejak backward terakhir dimulai."""
        begun = self._begun[bisect_right(self._begun, at) - 1] if self._begun and self._begun[0] <= at else _BEFORE
        last = {(change.node, change.name): change for number, change in self._grown if begun < number <= at}
        grown = last.values()  # an engine of one's own may come to a leaf several times
        return [  # a hook may have used a gradient up meanwhile
            change if change.node is None else change._replace(after=self.grad(change.node, at)) for change in grown
        ]

    def arrival(self, flow: Flow, round_number: int, cards: Container[int]) -> Arrival:
        """Tempat gradien tiba sesudah melewati operasi yang dilipat ke panah, dan nilainya di sana."""
        node, value, joined, output = flow.node, flow.value, False, flow.output
        while node is not None and node not in cards:
            joined = joined or (round_number, node) in self.meeting
            onward = next((one for one in self._sent.get((round_number, node), ()) if one.node is not None), None)
            if onward is None:
                return Arrival(None, value, joined, output)
            node, value, output = onward.node, value if joined else onward.value, onward.output
        return Arrival(node, value, joined, output)

    def _read(self, number: int, event: Event) -> None:
        match event:
            case Leaf() | Forward() | InPlace():
                if event.node is not None:
                    self._computed(number, event, event.node)
            case Recompute():
                for change in event.changes:
                    if change.node is not None:
                        self._recomputed(number, change.node, change.after)
            case OptimizerStep():
                for change in event.changes:
                    if change.node is not None and change.after is not None:
                        self._set(self._values, (change.node, 0), number, change.after)
            case ZeroGrad():
                for change in event.changes:
                    self._changed(number, change)
            case Backward():
                self.calls[event.round] = event
                self._begun.append(number)
            case Gradient():
                self._sent[event.round, event.node] = event.sent
                if len(event.parts) > 1:
                    self.meeting.add((event.round, event.node))
            case Accumulate():
                self._changed(number, event.change._replace(node=event.node))
                self._grown.append((number, event.change))
                if len(event.parts) > 1:
                    self.meeting.add((event.round, event.node))

    def _computed(self, number: int, event: Leaf | Forward | InPlace, node: int) -> None:
        found: dict[int, Value] = {}
        for edge in (self.graph.edges[e] for e in self._incoming[node]):
            value = self._at(self._values, (edge.source, edge.output), number)
            if value is not None:
                found[edge.slot] = value
        given = () if isinstance(event, Leaf) else event.inputs
        if set(found) == {0} and len(given) == 2 and given[1] is not None:
            if "{1}" in lookup(self.graph.nodes[node].op).expression:  # a number that autograd does not keep
                found[1] = given[1]
        self.inputs[node] = found
        if isinstance(event, Forward):
            self.tangents[node] = {
                edge.slot: self._tangents[edge.source, edge.output]
                for edge in (self.graph.edges[e] for e in self._incoming[node])
                if (edge.source, edge.output) in self._tangents
            }
            self._tangents.update({(node, k): one for k, one in enumerate(event.tangents) if one is not None})
        elif isinstance(event, InPlace) and (moving := self.graph.nodes[node].tangent) is not None:
            self._tangents[node, 0] = moving
        for output, value in enumerate(event.values if isinstance(event, Forward) else [value_of(event)]):
            if value is not None:
                self._set(self._values, (node, output), number, value)

    def _recomputed(self, number: int, node: int, value: Value | None) -> None:
        """A result that is another one now; what takes it in goes backward with the new one."""
        self._set(self._values, (node, 0), number, value)
        self._renewed.setdefault(node, []).append(number)
        for edge in self.graph.edges:
            if edge.source == node and value is not None and edge.slot in self.inputs.get(edge.target, {}):
                self._set(self._given, (edge.target, edge.slot), number, value)

    def _changed(self, number: int, change: Change) -> None:
        """A change of .grad; the first one also tells what .grad held before the recording."""
        if change.node is not None:
            if change.node not in self._grads:
                self._set(self._grads, change.node, _BEFORE, change.before)
            self._set(self._grads, change.node, number, change.after)

    def _set(self, known: dict[_Key, _Series], key: _Key, number: int, value: Value | None) -> None:
        known.setdefault(key, ([], []))
        known[key][0].append(number)
        known[key][1].append(value)

    def _at(self, known: Mapping[_Key, _Series], key: _Key, at: int) -> Value | None:
        numbers, values = known.get(key, ((), ()))
        place = bisect_right(numbers, at) - 1
        return values[place] if place >= 0 else None


def _birth(run: Recording) -> int | None:
    """The event at which nan or inf first comes out of an operation."""
    origin = run.first_nonfinite()
    if origin is None:
        return None
    for number, event in enumerate(run.steps):
        if event.node == origin.node and isinstance(event, _BIRTHS[origin.phase]):
            went = [flow.value for flow in event.sent] if isinstance(event, Gradient) else event.values
            if not all(value is None or value.finite for value in went):
                return number
    return None
