"""Satu backward: hook pada setiap simpul mencatat gradien yang diterima dan yang dikirim, menurut urutan mesin."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import GradientEdge, get_gradient_edge

from autograd_viz.capturing import reentrant
from autograd_viz.capturing.leaf_hooks import hook_leaf
from autograd_viz.capturing.lineage import RawOrigin
from autograd_viz.capturing.node_record import REORDERING
from autograd_viz.capturing.observer import Observer
from autograd_viz.capturing.raw_events import (
    BackwardEnded,
    BackwardStarted,
    GradientCaptured,
    NodeRan,
    StartGradient,
)
from autograd_viz.capturing.snapshot import Snapshot, StoredAt, moved, stored_at, take_snapshot
from autograd_viz.recording.circumstances import Lost
from autograd_viz.recording.events import Call
from autograd_viz.tracing.checkpoint_internals import is_reentrant
from autograd_viz.tracing.saved import PYTHON_NODE, layout_of, read_saved
from autograd_viz.tracing.torch_internals import engine_task, function_class_of
from autograd_viz.tracing.trace import LEAF

Located = tuple[StoredAt | None, Snapshot]  # where the numbers of a gradient lie, and what they are

SHY = frozenset({"ProdBackward0", "ProdBackward1", "CumprodBackward0", "LinalgDetBackward0"})
# Their gradient has two formulas, and torch takes the other one, with other last digits, while a mode is on.


class EngineCall(NamedTuple):
    """What the engine was asked for; `inputs` only in `torch.autograd.grad` and `backward(inputs=…)`."""

    call: Call
    retain_graph: bool
    create_graph: bool
    inputs: tuple[Any, ...]


class BackwardPass:
    """Satu panggilan mesin backward; semua hook-nya dilepas di `close`.

    Backward dapat berjalan di dalam backward lain dan melewati simpul yang sama: `task` mengenali panggilan ini.
    """

    def __init__(self, observer: Observer, roots: Sequence[Any], given: Sequence[Any], asked: EngineCall) -> None:
        self.observer, self.log, self.asked = observer, observer.log, asked
        with self.log.lock:
            self.index = self.log.backward_calls
            self.log.backward_calls += 1
        self.task: int | None = None
        self.handles: list[Any] = []
        self.functions: list[Callable[[], object]] = []  # how to leave each Function whose backward is running
        self.formulas: list[Callable[[], object]] = []  # how to look again, behind each formula that is not watched
        self.arrived: dict[tuple[int, int], Located | None] = {}  # sent so far; None: several parts, to be summed
        self.grads: dict[int, Snapshot | None] = {}  # what .grad of each leaf holds now
        self.ran: set[int] = set()
        self.rerun: reentrant.Rerun | None = None
        edges = [edge_of(root) for root in roots]
        # Now, while no operation is watched: finding the edge of a leaf makes a view of it.
        self.wanted = [edge_of(one) for one in asked.inputs]
        self.log.observations.roots += [(self.index, weakref.ref(one)) for one in roots if type(one) is torch.Tensor]
        for root in roots:
            if type(root) is torch.Tensor and root.grad_fn is not None:
                observer.input(root)  # an output that no operation has used yet
        sent = []
        for slot, ((node, output), start) in enumerate(zip(edges, given, strict=True)):
            number = observer.number(node)
            value = None if start is None else take_snapshot(start)
            sent.append(StartGradient(number, slot, output, value))
            if start is not None and value is not None:
                self._arrive((number, output), stored_at(start), value)
        self.numbers = tuple([one.node for one in sent])
        self.place = observer.position()
        started = BackwardStarted(self.index, self.place, asked.call, tuple(sent), asked.retain_graph)
        self.log.events.append(started)
        try:
            self._hook([node for node, _ in edges])
        except BaseException:
            self.close()
            raise

    def _hook(self, roots: list[Any]) -> None:
        for outer in self.observer.passes[-1:]:
            reentrant.measure(outer, self._walk(roots))
        for root in roots:
            self.handles.append(root.register_prehook(self._begin))
        for node, number in self._walk(roots):
            if type(node) is LEAF:
                variable = node.variable
                grad = variable.grad
                self.grads[number] = None if grad is None else self.log.content(grad)
                self.handles += hook_leaf(self, node, number, variable)
            else:
                action = self._node
                if is_reentrant(node):
                    self.handles.append(reentrant.hook_checkpoint(self, node, number))
                if not self.asked.create_graph and isinstance(node, PYTHON_NODE) and not _is_of_torch(node):
                    self.handles.append(node.register_prehook(self._enter_function))
                    action = self._function
                elif self.asked.create_graph and self.log.nodes[number].op in SHY:
                    self.handles.append(node.register_prehook(self._look_away))
                    action = self._look_again
                self.handles.append(node.register_hook(partial(action, number, self.log.nodes[number].slots)))

    def _walk(self, roots: Sequence[Any]) -> Any:
        visited = set()
        stack = list(roots[::-1])
        while stack:
            node = stack.pop()
            number = self.observer.number(node)
            if number not in visited:
                visited.add(number)
                yield node, number
                stack += [parent for parent, _ in node.next_functions if parent is not None]

    def _begin(self, _incoming: Any) -> None:
        if self.task is None:
            self.task = engine_task()

    def elsewhere(self) -> bool:
        """Apakah backward lain, di dalam atau di samping yang ini, sedang menjalankan simpul itu."""
        return engine_task() != self.task

    def _enter_function(self, _incoming: Any) -> None:
        """What a Function computes in its backward, such as a recomputed part, is seen like any forward pass."""
        try:
            if not self.elsewhere():
                self.functions.append(self.observer.mode.join())
        except Exception as error:
            self.observer.miss("operation", error)

    def _function(self, number: int, slots: tuple[Any, ...], outgoing: Any, incoming: Any) -> None:
        if self.functions and not self.elsewhere():
            self.functions.pop()()
        self._node(number, slots, outgoing, incoming)

    def _look_away(self, _incoming: Any) -> None:
        if not self.elsewhere():
            self.formulas.append(self.observer.mode.pause())
            self.observer.miss("formula")

    def _look_again(self, number: int, slots: tuple[Any, ...], outgoing: Any, incoming: Any) -> None:
        if self.formulas and not self.elsewhere():
            self.formulas.pop()()
        self._node(number, slots, outgoing, incoming)

    def _arrive(self, key: tuple[int, int], at: StoredAt | None, value: Snapshot) -> None:
        self.arrived[key] = None if key in self.arrived else (at, value)

    def received(self, number: int, output: int, tensor: torch.Tensor, at: StoredAt | None) -> Snapshot:
        """Gradien yang sampai di satu keluaran sebuah simpul; yang sudah dibaca saat dikirim tidak dibaca lagi."""
        known = self.arrived.get((number, output))
        return known[1] if known is not None and at is not None and known[0] == at else take_snapshot(tensor)

    def _node(self, number: int, slots: tuple[Any, ...], outgoing: Any, incoming: Any) -> None:
        try:
            if self.elsewhere():
                return
            received: list[Snapshot | None] = []
            sent: list[Snapshot | None] = []
            measured: dict[StoredAt | None, Snapshot] = {}  # what need not be measured again
            for output, one in enumerate(incoming):
                if one is None:
                    received.append(None)
                    continue
                at = stored_at(one)
                value = self.received(number, output, one, at)
                received.append(value)
                if len(incoming) == 1 and at is not None:
                    measured[at] = value
            for slot, one in enumerate(outgoing):
                if one is None:
                    sent.append(None)
                    continue
                at = stored_at(one)
                found = measured.get(at)
                value = self._measure(number, one, received) if found is None else found
                if at is not None:
                    measured[at] = value
                sent.append(value)
                if slot < len(slots) and (target := slots[slot]) is not None:
                    self._arrive(target, at, value)
            self.ran.add(number)
            self.log.events.append(NodeRan(number, self.index, tuple(received), tuple(sent)))
        except Exception as error:  # a hook that raises would end the user's backward
            self.observer.miss("gradient", error)

    def _measure(self, number: int, tensor: torch.Tensor, received: list[Snapshot | None]) -> Snapshot:
        if len(received) == 1 and received[0] is not None and self.log.nodes[number].op in REORDERING:
            return moved(tensor, received[0]) or take_snapshot(tensor)
        return take_snapshot(tensor)

    def finish(self, results: Any) -> None:
        """Mencatat hasil `torch.autograd.grad`, juga bagi masukan yang simpulnya tidak dijalankan."""
        if self.asked.call == "backward":
            results = [one.grad if isinstance(one, torch.Tensor) else None for one in self.asked.inputs]
        values: list[Snapshot | None] = []
        for (node, output), result in zip(self.wanted, results or (), strict=False):
            number = self.observer.number(node)
            value = None if result is None else take_snapshot(result)
            values.append(value)
            if number not in self.ran and value is not None:
                self.log.events.append(GradientCaptured(number, self.index, output, value))
        if not self.asked.create_graph:
            self._without_graph(results if self.asked.call == "grad" else self._filled())
        ended = BackwardEnded(self.index, self.asked.call, tuple(values) if self.asked.call == "grad" else ())
        self.log.events.append(ended)

    def _filled(self) -> list[torch.Tensor]:
        """What .grad holds of the leaves that this backward could reach."""
        return [leaf.grad for number, leaf in self.log.leaves() if number in self.grads and leaf.grad is not None]

    def _without_graph(self, results: Any) -> None:
        how: Lost = "grad" if self.asked.call == "grad" else "leaf_grad"
        lineage = self.log.lineage
        origin = RawOrigin(how, self.numbers, len(self.log.events), self.place, self.index)
        lineage.mark(results or (), (lineage.note(origin),))

    def fail(self, roots: Sequence[Any]) -> None:
        """Membaca ulang simpanan setelah backward gagal: yang diubah di tempat kini terlihat."""
        for node, number in self._walk([edge_of(root)[0] for root in roots]):
            self.log.nodes[number].saved = read_saved(node, layout_of(node))

    def close(self) -> None:
        """Melepas semua hook."""
        for unfinished in (self.functions, self.formulas):  # of a node that failed
            while unfinished:
                unfinished.pop()()
        for handle in self.handles:
            handle.remove()
        self.handles.clear()
        self.arrived.clear()
        self.wanted.clear()


def _is_of_torch(node: Any) -> bool:
    """A Function of torch itself, whose backward is no code of a user: a compiled graph, a higher-order operator."""
    return str(getattr(function_class_of(type(node)), "__module__", "")).startswith("torch._")


def edge_of(root: Any) -> tuple[Any, int]:
    """Simpul dan nomor keluaran sebuah akar backward."""
    if isinstance(root, GradientEdge):
        return root.node, root.output_nr
    if root.grad_fn is not None:
        return root.grad_fn, root.output_nr
    edge = get_gradient_edge(root)
    return edge.node, edge.output_nr
