"""Fase mundur: hook pada setiap simpul mencatat gradien yang diterima dan yang dikirim, menurut urutan mesin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import GradientEdge, get_gradient_edge

from autograd_viz.capturing.event_log import EventLog, version_of
from autograd_viz.capturing.node_record import REORDERING
from autograd_viz.capturing.raw_events import (
    BackwardEnded,
    BackwardStarted,
    GradAccumulated,
    NodeRan,
    StartGradient,
)
from autograd_viz.capturing.snapshot import Snapshot, moved, take_snapshot
from autograd_viz.recording.events import Call
from autograd_viz.tracing.saved import layout_of, read_saved
from autograd_viz.tracing.torch_internals import current_mode


class Arrived(NamedTuple):
    """A gradient on its way: what was sent, where its numbers lie, and their version."""

    value: Snapshot
    address: int
    version: int


class EngineCall(NamedTuple):
    """What the engine was asked for; `inputs` only in `torch.autograd.grad` and `backward(inputs=…)`."""

    call: Call
    retain_graph: bool
    inputs: tuple[Any, ...]


class BackwardPass:
    """Satu panggilan mesin backward; semua hook-nya dilepas di `close`."""

    def __init__(self, log: EventLog, roots: Sequence[Any], given: Sequence[Any], asked: EngineCall) -> None:
        self.log = log
        self.index = log.rounds
        log.rounds += 1
        self.handles: list[Any] = []
        self.arrived: dict[tuple[int, int], Arrived | None] = {}  # None: several contributions, to be summed
        self.before: dict[int, Snapshot | None] = {}
        self.ran: set[int] = set()
        self.asked = asked
        edges = [_edge(root) for root in roots]
        # Now, while no operation is watched: finding the edge of a leaf makes a view of it.
        self.wanted = [_edge(one) for one in asked.inputs] if asked.call == "grad" else []
        sent = []
        for slot, ((node, output), start) in enumerate(zip(edges, given, strict=True)):
            number = log.number(node)
            value = None if start is None else take_snapshot(start)
            sent.append(StartGradient(number, slot, output, value))
            if start is not None and value is not None:
                self._arrive((number, output), start, value)
        log.events.append(BackwardStarted(self.index, log.position(), asked.call, tuple(sent), asked.retain_graph))
        try:
            self._hook([node for node, _ in edges])
        except BaseException:
            self.close()
            raise

    def _hook(self, roots: list[Any]) -> None:
        log = self.log
        visited = set()
        stack = roots[::-1]
        while stack:
            node = stack.pop()
            number = log.number(node)
            if number in visited:
                continue
            visited.add(number)
            record = log.nodes[number]
            if record.op == "AccumulateGrad":
                variable = node.variable
                old = variable.grad
                self.before[number] = None if old is None else log.content(old)
                self.handles.append(node.register_hook(partial(self._leaf, number, variable)))
            else:
                self.handles.append(node.register_hook(partial(self._node, number, record.slots)))
                stack += [parent for parent, _ in node.next_functions if parent is not None]

    def _arrive(self, key: tuple[int, int], tensor: torch.Tensor, value: Snapshot) -> None:
        self.arrived[key] = None if key in self.arrived else Arrived(value, tensor.data_ptr(), version_of(tensor))

    def _received(self, number: int, output: int, tensor: torch.Tensor | None) -> Snapshot | None:
        if tensor is None:
            return None
        known = self.arrived.get((number, output))
        if known is not None and known.address == tensor.data_ptr() and known.version == version_of(tensor):
            if known.value.shape == tuple(tensor.shape):
                return known.value
        return take_snapshot(tensor)

    def _node(self, number: int, slots: tuple[Any, ...], outgoing: Any, incoming: Any) -> None:
        try:
            received = [self._received(number, output, one) for output, one in enumerate(incoming)]
            sent: list[Snapshot | None] = []
            for slot, one in enumerate(outgoing):
                if one is None:
                    sent.append(None)
                    continue
                value = self._again(number, one, outgoing[:slot], sent, incoming, received)
                sent.append(value)
                if slot < len(slots) and slots[slot] is not None:
                    self._arrive(slots[slot], one, value)
            self.ran.add(number)
            self.log.events.append(NodeRan(number, self.index, tuple(received), tuple(sent)))
        except Exception as error:  # a hook that raises would end the user's backward
            self.log.miss("gradient", error)

    def _again(
        self, number: int, tensor: torch.Tensor, earlier: Any, sent: Any, incoming: Any, received: Any
    ) -> Snapshot:
        """What is sent on `tensor`; not measured again when it is what came in or what another slot got."""
        for slot, one in enumerate(earlier):
            if one is not None and _same(one, tensor):
                return sent[slot]
        if len(incoming) == 1 and received[0] is not None:
            if _same(incoming[0], tensor):
                return received[0]
            if self.log.nodes[number].op in REORDERING:
                return moved(tensor, received[0]) or take_snapshot(tensor)
        return take_snapshot(tensor)

    def _leaf(self, number: int, variable: torch.Tensor, outgoing: Any, incoming: Any) -> None:
        try:
            received = self._received(number, 0, incoming[0])
            before, grad = self.before.get(number), variable.grad
            if grad is None:
                after = None
            elif before is None and grad.data_ptr() == incoming[0].data_ptr():
                after = received
            else:
                after = self.log.content(grad)
            self.ran.add(number)
            self.log.events.append(GradAccumulated(number, self.index, received, before, after))
        except Exception as error:
            self.log.miss("gradient", error)

    def finish(self, results: Any) -> None:
        """Mencatat hasil `torch.autograd.grad`, juga bagi masukan yang simpulnya tidak dijalankan."""
        log = self.log
        values: list[Snapshot | None] = []
        if self.asked.call == "grad":
            for (node, output), result in zip(self.wanted, results, strict=False):
                number = log.number(node)
                value = None if result is None else take_snapshot(result)
                values.append(value)
                if number not in self.ran and value is not None:
                    log.events.append(NodeRan(number, self.index, (*[None] * output, value), ()))
        log.events.append(BackwardEnded(self.index, self.asked.call, tuple(values)))

    def fail(self, roots: Sequence[Any]) -> None:
        """Membaca ulang simpanan setelah backward gagal: yang diubah di tempat kini terlihat."""
        stack = [_edge(root)[0] for root in roots]
        visited = set()
        while stack:
            node = stack.pop()
            number = self.log.number(node)
            if number not in visited:
                visited.add(number)
                self.log.nodes[number].saved = read_saved(node, layout_of(node))
                stack += [parent for parent, _ in node.next_functions if parent is not None]

    def close(self) -> None:
        """Melepas semua hook."""
        for handle in self.handles:
            handle.remove()
        self.handles.clear()
        self.arrived.clear()
        self.wanted.clear()


def run(log: EventLog, mode: Any, engine: Callable[..., Any], roots: Sequence[Any], args: Any, kwargs: Any) -> Any:
    """Menjalankan mesin backward torch seperti diminta, sambil mencatatnya."""
    current = None
    create = bool(args[2]) if len(args) > 2 else False
    # Without create_graph nothing in the engine's work can become a node: our mode steps aside.
    held = current_mode() is mode
    if held:
        mode.__exit__(None, None, None)
    try:
        log.flush()
        asked = EngineCall(
            "backward" if kwargs.get("accumulate_grad") else "grad",
            bool(args[1]) if len(args) > 1 else False,
            tuple(args[3]) if len(args) > 3 else (),
        )
        mode.idle = True
        with torch.no_grad():
            current = BackwardPass(log, roots, args[0], asked)
    except Exception as error:
        log.miss("backward", error)
    finally:
        mode.idle = not (held or create)  # where it cannot step aside, it lets everything pass
    if create and held:
        mode.__enter__()
        held = False
    log.running = True
    try:
        results = engine(roots, *args, **kwargs)
    except BaseException:
        if current is not None:
            _guarded(log, mode, current.fail, roots)
        raise
    else:
        if current is not None:
            _guarded(log, mode, current.finish, results)
        return results
    finally:
        if current is not None:
            current.close()
        log.running = mode.idle = False
        if held:
            mode.__enter__()


def _guarded(log: EventLog, mode: Any, action: Callable[[Any], None], argument: Any) -> None:
    mode.idle = True
    try:
        log.flush()
        with torch.no_grad():
            action(argument)
    except Exception as error:
        log.miss("backward", error)
    finally:
        mode.idle = False


def _same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return one is other or (
        one.data_ptr() == other.data_ptr() and one.shape == other.shape and one.stride() == other.stride()
    )


def _edge(root: Any) -> tuple[Any, int]:
    if isinstance(root, GradientEdge):
        return root.node, root.output_nr
    if root.grad_fn is not None:
        return root.grad_fn, root.output_nr
    edge = get_gradient_edge(root)
    return edge.node, edge.output_nr
