"""Fase maju: setiap operasi tensor lewat di sini, dan hasilnya dicatat."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import get_ident
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing.inplace import about_to_change, called_by_user, content_before, with_overlap
from autograd_viz.capturing.lineage import RawOrigin
from autograd_viz.capturing.made_tensors import made_of_numbers
from autograd_viz.capturing.node_record import Changed, PendingOperation
from autograd_viz.capturing.observations import see_copy
from autograd_viz.capturing.observer import Observer
from autograd_viz.capturing.operands import arguments, signature_of
from autograd_viz.capturing.pack_hooks import inside_pack_hook
from autograd_viz.capturing.raw_events import GraphCut, Input
from autograd_viz.capturing.silent_leaves import callers, silent_leaves
from autograd_viz.capturing.snapshot import take_snapshot
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.capturing.stand_ins import reading_code, stands_in
from autograd_viz.capturing.stored_names import callers_of
from autograd_viz.recording.events import How
from autograd_viz.tracing.torch_internals import (
    ObservingMode,
    current_mode,
    device_call,
    inside_function,
    item_operation,
    pop_mode,
    schema_of,
)
from autograd_viz.tracing.values import has_own_dispatch

_DETACH = torch.ops.aten.detach.default  # what autograd itself does with a saved result; the user's is seen elsewhere
_FRESH = torch.ops.aten.lift_fresh.default  # what torch.tensor makes
_GRADING = torch.is_grad_enabled


class RecordingMode(ObservingMode):
    """Mencatat operasi tensor di utas ini; hasilnya diteruskan tanpa diubah."""

    def __init__(self, observer: Observer) -> None:
        super().__init__()
        self.observer = observer
        self.idle = False
        self.threads: set[int] = set()  # where it lies on the stack of modes
        observer.mode = self

    def __enter__(self) -> RecordingMode:
        super().__enter__()
        self.threads.add(get_ident())
        return self

    def __exit__(self, *details: Any) -> None:
        self.threads.discard(get_ident())
        super().__exit__(*details)

    def pause(self) -> Callable[[], object]:
        """Berhenti mengamati; hasilnya dipanggil untuk melanjutkan."""
        if current_mode() is self:
            self.__exit__(None, None, None)
            return self._come_back
        idle, self.idle = self.idle, True  # a mode of the user lies above: what cannot be left lets everything pass
        return partial(setattr, self, "idle", idle)

    def _come_back(self) -> None:
        there = current_mode() is self  # after an error the engine has put it back itself
        self.__enter__()
        if there:
            pop_mode()

    def join(self) -> Callable[[], object]:
        """Ikut mengamati di tengah backward, mungkin di utas mesin; hasilnya dipanggil untuk berhenti."""
        idle, self.idle = self.idle, False
        here = get_ident()
        if entered := here not in self.threads:
            self.__enter__()

        def leave() -> None:
            self.idle = idle
            if not entered:
                return
            self.threads.discard(here)  # of what has failed in a thread of the engine, another thread takes leave
            current = current_mode()
            if current is self:
                self.__exit__(None, None, None)
            elif current is None:  # what ran meanwhile has failed, and the engine has emptied the stack of modes
                with suppress(RuntimeError):
                    self.__exit__(None, None, None)

        return leave

    @contextmanager
    def ignoring(self) -> Iterator[None]:
        """Pekerjaan alat ini sendiri, yang tidak ikut direkam."""
        idle, self.idle = self.idle, True
        try:
            yield
        finally:
            self.idle = idle

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        observer = self.observer
        if self.idle or (types and any(map(has_own_dispatch, types))):  # its node is read later, outside
            if not self.idle and _GRADING() and not reading_code():
                if not any(map(stands_in, types)) or self._direct(observer):
                    observer.miss("subclass")
            return func(*args, **(kwargs or {}))
        pending, observer.lost = None, ()
        try:
            if func is not _DETACH and not observer.duals.aside(func, args):  # while a node is still being filled
                if observer.pending is not None:
                    observer.flush()
                if _GRADING() or not observer.stepping():
                    pending = self._before(observer, func, args)
        except Exception as error:  # our own trouble must never become the user's
            observer.miss("operation", error)
        outputs = func(*args, **kwargs) if kwargs else func(*args)
        if pending is not None:
            pending.outputs, pending.frame, pending.segments = outputs, observer.frame, observer.segments
            pending.func, pending.lost = func, observer.lost
            observer.pending = pending
        if observer.lost:
            observer.log.lineage.mark(outputs, observer.lost)
        return outputs

    def _before(self, observer: Observer, func: Any, args: Any) -> PendingOperation | None:
        changed, scalars = signature_of(func)
        grading = _GRADING()
        if not observer.passes:
            observer.lost = observer.log.lineage.inherited(args, grading)
            if func is _FRESH and grading:
                observer.lost += made_of_numbers(observer, args[0], observer.position(_caller()))
        if not grading:
            if inside_function():
                return self._inside(observer, args)
            if observer.passes:  # what a Function computes in its backward
                return None
        if changed >= 0:
            return self._in_place(observer, func, args, args[changed], scalars)
        if not grading:
            self._without_grad(observer, func, args)
            see_copy(observer, func, args)
            return None
        given = arguments(args, scalars)
        tracked = any([isinstance(one, torch.Tensor) and one.requires_grad for one in given])
        if func is item_operation:
            if tracked and not observer.passes:
                self._cut(observer, args[0], "item", args[0])
            return None
        if not tracked:  # perhaps a leaf in the making
            see_copy(observer, func, args)
            return PendingOperation((), observer.position(), None) if observer.module is None else None
        position = observer.position(_caller())
        return PendingOperation(_inputs(observer, given, position), position, observer.module)

    def _inside(self, observer: Observer, args: Any) -> PendingOperation:
        """What a Function is given may come from another one, right before it."""
        for arg in args:
            if isinstance(arg, torch.Tensor) and arg.requires_grad and arg.grad_fn is not None:
                observer.input(arg)
        pending = PendingOperation((), observer.position(), observer.module, inside_function=True)
        pending.callers = callers_of(observer.log.user_code, observer.frame)
        return pending

    def _in_place(
        self, observer: Observer, func: Any, args: Any, target: Any, scalars: frozenset[int]
    ) -> PendingOperation | None:
        given = arguments(args, scalars) if type(target) is not list else []
        tracked = any([isinstance(one, torch.Tensor) and one.requires_grad for one in given])
        direct = self._direct(observer)
        operation = schema_of(func).name.removeprefix("aten::")
        observer.lost = observer.log.lineage.written(operation, args, target, observer.lost)
        if _GRADING() and tracked:
            changed: tuple[Changed, ...] = (Changed(target, content_before(target)),)
        else:
            if observer.stepping() or inside_pack_hook(sys._getframe(1)):
                return None
            targets = target if type(target) is list else [target]
            changed = tuple(one for tensor in targets if (one := about_to_change(observer, tensor, direct)) is not None)
            if changed and changed[0].leaf is not None and len(targets) == 1:
                changed = (with_overlap(changed[0], args),)
            if not direct:
                operation = called_by_user(observer.log.user_code, operation)
        if not changed:
            return None
        position = observer.position(_caller())
        return PendingOperation(_inputs(observer, given, position), position, observer.module, changed, operation)

    def _without_grad(self, observer: Observer, func: Any, args: Any) -> None:
        """An operation that autograd does not follow: a cut where a tensor with a graph goes in."""
        if func is not item_operation:
            observer.lost += silent_leaves(observer, args)
        for arg in args:
            if isinstance(arg, torch.Tensor) and arg.requires_grad:
                if inside_pack_hook(sys._getframe(1)):
                    return
                if func is item_operation:
                    self._cut(observer, arg, "item", arg)
                elif arg.grad_fn is not None or self._direct(observer):
                    self._cut(observer, arg, "no_grad", None)
                break

    def _cut(self, observer: Observer, source: torch.Tensor, how: How, result: torch.Tensor | None) -> None:
        if (how == "item" and not self._direct(observer)) or observer.duals.is_tangent(source):
            return
        value = None if result is None else take_snapshot(result)
        number, position, log = observer.source(source), observer.position(), observer.log
        if how == "item":
            log.lineage.read(observer.frame, RawOrigin(how, (number,), len(log.events), position))
        elif how == "no_grad":
            origin = RawOrigin(how, (number,), len(log.events), position, callers=callers(observer))
            observer.lost += (log.lineage.note(origin),)
        log.events.append(GraphCut(number, position, how, value))

    def _direct(self, observer: Observer) -> bool:
        """Whether the user's own line calls the operation, not library code in between."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and (frame.f_code.co_filename == __file__ or frame.f_code is device_call):
            frame = frame.f_back
        return frame is not None and observer.log.user_code.owns(frame)


def _caller() -> FrameType | None:
    """The frame that has called the operation: above this function, the one that asks, and the dispatch."""
    try:
        return sys._getframe(3)
    except ValueError:  # a thread of the engine, which has no frames of its own
        return None


def _inputs(observer: Observer, given: list[Any], position: CodePosition | None) -> tuple[Input, ...]:
    """What each argument of the operation at `position` holds now."""
    observer.here = position
    try:
        return tuple([observer.input(one) if isinstance(one, torch.Tensor) else one for one in given])
    finally:
        observer.here = None
