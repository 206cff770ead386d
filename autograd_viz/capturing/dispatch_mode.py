"""Fase maju: setiap operasi tensor lewat di sini, dan hasilnya dicatat pada pita."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.inplace import about_to_change, called_by_user, taken_before
from autograd_viz.capturing.raw_events import Changed, Pending
from autograd_viz.capturing.snapshot import take_snapshot

_APPLY = torch.autograd.Function.apply.__func__.__code__  # type: ignore[attr-defined]
_ITEM = torch.ops.aten._local_scalar_dense.default
_DETACH = torch.ops.aten.detach.default  # what autograd itself does with a saved result; the user's is seen elsewhere
_GRADING = torch.is_grad_enabled


class RecordingMode(TorchDispatchMode):
    """Mencatat operasi tensor di utas ini; hasilnya diteruskan tanpa diubah."""

    supports_higher_order_operators = True

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # without this, two wrappers around every operation double the cost

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self.log = log
        self.idle = False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if self.idle:
            return func(*args, **(kwargs or {}))
        log = self.log
        pending = None
        if func is not _DETACH:  # it may come while the node of the last operation is still being filled
            try:
                if log.pending is not None:
                    log.flush()
                if not log.stepping or _GRADING():
                    pending = self._before(log, func, args)
            except Exception:  # our own trouble must never become the user's
                log.trouble += 1
        outputs = func(*args, **kwargs) if kwargs else func(*args)
        if pending is not None:
            pending.outputs = outputs
            log.pending = pending
        return outputs

    def _before(self, log: EventLog, func: Any, args: Any) -> Pending | None:
        signature = _signatures.get(func)
        if signature is None:
            signature = _signatures[func] = _signature(func)
        changed, scalars = signature
        if changed >= 0:
            return self._in_place(log, func, args, args[changed], scalars)
        if not _GRADING():
            return self._without_grad(log, func, args)
        inputs: list[Any] = []
        tracked = False
        for index, arg in enumerate(args):
            if isinstance(arg, torch.Tensor):
                tracked |= _input(log, arg, inputs)
            elif type(arg) is list:
                for one in arg:
                    if isinstance(one, torch.Tensor):
                        tracked |= _input(log, one, inputs)
            elif index in scalars and arg is not None:
                inputs.append(((), type(arg), arg))
        if func is _ITEM:
            if tracked:
                self._cut(log, args[0], "item", args[0])
            return None
        if not tracked:
            return Pending([], log.position(), None) if log.module is None else None
        for at, one in enumerate(inputs):
            if isinstance(one, torch.Tensor):
                inputs[at] = log.content(one)
        return Pending(inputs, log.position(), log.module)

    def _in_place(self, log: EventLog, func: Any, args: Any, target: Any, scalars: frozenset[int]) -> Pending | None:
        inputs: list[Any] = []
        tracked = False
        for index, arg in enumerate(args):
            if isinstance(arg, torch.Tensor):
                tracked |= _input(log, arg, inputs)
            elif index in scalars and arg is not None:
                inputs.append(((), type(arg), arg))
        direct = self._direct(log)
        label = func._schema.name.removeprefix("aten::")
        if _GRADING() and tracked:
            changed: tuple[Changed, ...] = (Changed(target, taken_before(target)),)
        else:
            if log.stepping or inside_function():
                return None
            targets = target if type(target) is list else [target]
            changed = tuple(one for tensor in targets if (one := about_to_change(log, tensor, direct)) is not None)
            if not direct:
                label = called_by_user(log, label)
        if not changed:
            return None
        inputs = [log.content(one) if isinstance(one, torch.Tensor) else one for one in inputs]
        return Pending(inputs, log.position(), log.module, changed, label)

    def _without_grad(self, log: EventLog, func: Any, args: Any) -> Pending | None:
        """An operation that autograd does not follow: a cut where a tensor with a graph goes in."""
        for arg in args:
            if isinstance(arg, torch.Tensor) and arg.requires_grad:
                if not inside_function():
                    if func is _ITEM:
                        self._cut(log, arg, "item", arg)
                    elif arg.grad_fn is not None or self._direct(log):
                        self._cut(log, arg, "no_grad", None)
                break
        # The last operation inside a custom Function may yet become the output of its node.
        return Pending([], log.position(), log.module)

    def _cut(self, log: EventLog, source: torch.Tensor, how: str, result: torch.Tensor | None) -> None:
        if how == "item" and not self._direct(log):
            return
        node = source.grad_fn
        number = log.leaf(source) if node is None else log.number(node)
        log.events.append(("cut", number, log.position(), how, None if result is None else take_snapshot(result)))

    def _direct(self, log: EventLog) -> bool:
        """Whether the user's own line calls the operation, not library code in between."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        return frame is not None and log.user_code.owns(frame)


def _input(log: EventLog, tensor: torch.Tensor, inputs: list[Any]) -> bool:
    """Appends (node, output) for a tensor with a graph, else the tensor itself; says which of both."""
    if not tensor.requires_grad:
        inputs.append(tensor)
        return False
    node = tensor.grad_fn
    if node is None:
        number = log.leaf(tensor)
        log.leaf_value(number, tensor)
        inputs.append((number, 0, log.nodes[number].values[0]))
        return True
    number = log.number(node)
    output = tensor.output_nr
    seen = log.nodes[number]
    known = seen.values.get(output)
    if known is None:
        known = seen.values[output] = take_snapshot(tensor)
        if len(seen.values) == 1:
            log.record("forward", number, [], log.position())
    inputs.append((number, output, known))
    return True


_signatures: dict[Any, tuple[int, frozenset[int]]] = {}


def _signature(func: Any) -> tuple[int, frozenset[int]]:
    """Which argument the operation changes (-1: none), and which arguments may be a plain number."""
    changed = -1
    scalars = set()
    for index, argument in enumerate(func._schema.arguments):
        if argument.kwarg_only:
            continue
        if argument.alias_info is not None and argument.alias_info.is_write and changed < 0:
            changed = index
        if str(argument.type) in ("Tensor", "number", "Optional[number]"):
            scalars.add(index)
    return changed, frozenset(scalars)


def inside_function() -> bool:
    """Apakah kode ini berjalan di dalam `forward` sebuah custom Function."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is _APPLY:
            return True
        frame = frame.f_back
    return False
