"""Fase maju: setiap operasi tensor lewat di sini, dan hasilnya dicatat."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.inplace import about_to_change, called_by_user, content_before
from autograd_viz.capturing.node_record import Changed, PendingOperation
from autograd_viz.capturing.raw_events import ConstantInput, GraphCut, Input, ScalarInput, TrackedInput
from autograd_viz.capturing.snapshot import take_snapshot
from autograd_viz.recording.events import How
from autograd_viz.tracing.torch_internals import ObservingMode, inside_function, item_operation, schema_of

_DETACH = torch.ops.aten.detach.default  # what autograd itself does with a saved result; the user's is seen elsewhere
_GRADING = torch.is_grad_enabled


class RecordingMode(ObservingMode):
    """Mencatat operasi tensor di utas ini; hasilnya diteruskan tanpa diubah."""

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
            except Exception as error:  # our own trouble must never become the user's
                log.miss("operation", error)
        outputs = func(*args, **kwargs) if kwargs else func(*args)
        if pending is not None:
            pending.outputs = outputs
            log.pending = pending
        return outputs

    def _before(self, log: EventLog, func: Any, args: Any) -> PendingOperation | None:
        signature = _signatures.get(func)
        if signature is None:
            signature = _signatures[func] = _signature(func)
        changed, scalars = signature
        if changed >= 0:
            return self._in_place(log, func, args, args[changed], scalars)
        if not _GRADING():
            return self._without_grad(log, func, args)
        given = _arguments(args, scalars)
        tracked = any([isinstance(one, torch.Tensor) and one.requires_grad for one in given])
        if func is item_operation:
            if tracked:
                self._cut(log, args[0], "item", args[0])
            return None
        if not tracked:
            return PendingOperation((), log.position(), None) if log.module is None else None
        return PendingOperation(_inputs(log, given), log.position(), log.module)

    def _in_place(
        self, log: EventLog, func: Any, args: Any, target: Any, scalars: frozenset[int]
    ) -> PendingOperation | None:
        given = _arguments(args, scalars) if type(target) is not list else []
        tracked = any([isinstance(one, torch.Tensor) and one.requires_grad for one in given])
        direct = self._direct(log)
        operation = schema_of(func).name.removeprefix("aten::")
        if _GRADING() and tracked:
            changed: tuple[Changed, ...] = (Changed(target, content_before(target)),)
        else:
            if log.stepping or inside_function():
                return None
            targets = target if type(target) is list else [target]
            changed = tuple(one for tensor in targets if (one := about_to_change(log, tensor, direct)) is not None)
            if not direct:
                operation = called_by_user(log, operation)
        if not changed:
            return None
        return PendingOperation(_inputs(log, given), log.position(), log.module, changed, operation)

    def _without_grad(self, log: EventLog, func: Any, args: Any) -> PendingOperation | None:
        """An operation that autograd does not follow: a cut where a tensor with a graph goes in."""
        for arg in args:
            if isinstance(arg, torch.Tensor) and arg.requires_grad:
                if not inside_function():
                    if func is item_operation:
                        self._cut(log, arg, "item", arg)
                    elif arg.grad_fn is not None or self._direct(log):
                        self._cut(log, arg, "no_grad", None)
                break
        # The last operation inside a custom Function may yet become the output of its node.
        return PendingOperation((), log.position(), log.module)

    def _cut(self, log: EventLog, source: torch.Tensor, how: How, result: torch.Tensor | None) -> None:
        if how == "item" and not self._direct(log):
            return
        node = source.grad_fn
        number = log.leaf(source) if node is None else log.number(node)
        log.events.append(GraphCut(number, log.position(), how, None if result is None else take_snapshot(result)))

    def _direct(self, log: EventLog) -> bool:
        """Whether the user's own line calls the operation, not library code in between."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        return frame is not None and log.user_code.owns(frame)


def _arguments(args: Any, scalars: frozenset[int]) -> list[Any]:
    """The tensors among the arguments, also those in lists, and the plain numbers that stand for a tensor."""
    given: list[Any] = []
    for index, arg in enumerate(args):
        if isinstance(arg, torch.Tensor):
            given.append(arg)
        elif type(arg) is list:
            given += [one for one in arg if isinstance(one, torch.Tensor)]
        elif index in scalars and arg is not None:
            given.append(ScalarInput(arg))
    return given


def _inputs(log: EventLog, given: list[Any]) -> tuple[Input, ...]:
    """What each argument holds now; tensors with a graph first, because a node comes after its inputs."""
    found = [_tracked(log, one) if isinstance(one, torch.Tensor) and one.requires_grad else one for one in given]
    return tuple([ConstantInput(log.content(one)) if isinstance(one, torch.Tensor) else one for one in found])


def _tracked(log: EventLog, tensor: torch.Tensor) -> TrackedInput:
    node = tensor.grad_fn
    if node is None:
        number = log.leaf(tensor)
        return TrackedInput(number, 0, log.leaf_value(number, tensor))
    number = log.number(node)
    output = tensor.output_nr
    record = log.nodes[number]
    known = record.values.get(output)
    if known is None:
        known = record.values[output] = take_snapshot(tensor)
        if len(record.values) == 1:
            log.computed(number, (), log.position())
    return TrackedInput(number, output, known)


_signatures: dict[Any, tuple[int, frozenset[int]]] = {}


def _signature(func: Any) -> tuple[int, frozenset[int]]:
    """Which argument the operation changes (-1: none), and which arguments may be a plain number."""
    changed = -1
    scalars = set()
    for index, argument in enumerate(schema_of(func).arguments):
        if argument.kwarg_only:
            continue
        if argument.alias_info is not None and argument.alias_info.is_write and changed < 0:
            changed = index
        if str(argument.type) in ("Tensor", "number", "Optional[number]"):
            scalars.add(index)
    return changed, frozenset(scalars)

