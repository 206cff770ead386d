"""Sambungan ke torch selama rekaman berjalan: dipasang oleh rekaman pertama, dilepas oleh yang terakhir."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch.autograd import forward_ad
from torch.nn.modules import module as modules
from torch.optim import optimizer as optimizers

from autograd_viz.capturing import checkpoint_calls, graph_captures, parameter_calls, threads, training_calls
from autograd_viz.capturing.recorder import Recorder
from autograd_viz.capturing.threads import current
from autograd_viz.recording.events import How
from autograd_viz.tracing.torch_internals import ENGINE, GRAD, sees_backward

_undo: list[Any] = []


class _Watched(property):
    """Dynamo of torch before 2.13, which may be imported inside a block, asks every property of Tensor this."""

    __objclass__ = None


_MISSING = object()


def attach(recorder: Recorder) -> None:
    """Menyambungkan rekaman milik utas ini.

    Galat: `ValueError` bila utas ini sedang merekam.
    """
    with threads.lock:
        threads.enter(recorder)
        if not _undo:
            _install()


def detach(recorder: Recorder) -> None:
    """Memutus rekaman milik utas ini."""
    with threads.lock:
        threads.leave(recorder)
        if not threads.active:
            while _undo:
                _undo.pop()()


def _install() -> None:
    engine: Any = vars(torch.autograd).get(ENGINE)

    def run_engine(roots: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = current()
        if recorder is None and not torch.compiler.is_compiling():
            recorder = threads.backward_elsewhere(roots)
        if recorder is None:
            return engine(roots, *args, **kwargs)
        return recorder.backward(engine, roots, args, kwargs)

    _watch_duals()
    begin = threading.Thread.start
    _replace(threading.Thread, "start", lambda thread: threads.start(begin, thread))
    if sees_backward():
        _replace(torch.autograd, ENGINE, run_engine)
    _wrap_call(torch.Tensor, "detach", "detach")
    _wrap_read(torch.Tensor, "tolist", "item")
    _wrap_read(torch.Tensor, "numpy", "numpy")
    _wrap_data()
    _wrap_grad()
    _wrap_zero(torch.optim.Optimizer)
    _wrap_zero(torch.nn.Module)
    for owner, name, wrapper in _calls():
        _replace(owner, name, wrapper)
    for handle in (
        modules.register_module_forward_pre_hook(_enter_module),
        modules.register_module_forward_hook(_leave_module, always_call=True),
        optimizers.register_optimizer_step_pre_hook(_before_step),
        optimizers.register_optimizer_step_post_hook(_after_step),
    ):
        _undo.append(handle.remove)
    _silence("Using `torch.compile\\(module\\)` when there are global hooks on modules")  # ours, which do no harm


def _calls() -> Iterator[tuple[Any, str, Any]]:
    yield from training_calls.replacements()
    yield from parameter_calls.replacements()
    yield from checkpoint_calls.replacements()
    yield from graph_captures.replacements()


def _watch_duals() -> None:
    make, leave = forward_ad.make_dual, forward_ad.exit_dual_level

    def make_dual(tensor: torch.Tensor, tangent: torch.Tensor, *, level: int | None = None) -> Any:
        recorder = current()
        if recorder is None:
            return make(tensor, tangent, level=level)
        with recorder.pairing():
            result = make(tensor, tangent, level=level)
        recorder.paired(tensor, result, sys._getframe(1))
        return result

    def exit_dual_level(*, level: int | None = None) -> None:
        recorder = current()
        if recorder is not None:
            recorder.unpaired()
        leave(level=level)

    _replace(forward_ad, "make_dual", _as_of_torch(make_dual))
    _replace(forward_ad, "exit_dual_level", _as_of_torch(exit_dual_level))


def _replace(owner: Any, name: str, new: Any) -> None:
    old = vars(owner).get(name, _MISSING)
    setattr(owner, name, new)
    _undo.append((lambda: delattr(owner, name)) if old is _MISSING else (lambda: setattr(owner, name, old)))


def _silence(message: str) -> None:
    """A warning that the bare program does not give."""
    warnings.filterwarnings("ignore", message=message, category=UserWarning)
    mine = warnings.filters[0]
    _undo.append(lambda: mine in warnings.filters and warnings.filters.remove(mine))  # type: ignore[attr-defined]


def _as_of_torch(function: Any) -> Any:
    """The function as one of torch's own, which Dynamo never compiles by itself: the bare one is no Python at all."""
    function.__code__ = function.__code__.replace(co_filename=torch.Tensor.backward.__code__.co_filename)
    return function


def _wrap_call(owner: Any, name: str, how: How) -> None:
    original = getattr(owner, name)

    def wrapper(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        recorder = current()
        if recorder is not None:
            recorder.cut(self, result, how, sys._getframe(1))
        return result

    wrapper.__name__, wrapper.__doc__ = name, original.__doc__
    _replace(owner, name, _as_of_torch(wrapper))


def _wrap_read(owner: Any, name: str, how: How) -> None:
    original = getattr(owner, name)

    def wrapper(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        result = original(self, *args, **kwargs)
        recorder = current()
        if recorder is not None:
            recorder.read(self, how, sys._getframe(1))
        return result

    wrapper.__name__, wrapper.__doc__ = name, original.__doc__
    _replace(owner, name, _as_of_torch(wrapper))


def _wrap_data() -> None:
    plain: Any = torch.Tensor.data

    def get(self: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = plain.__get__(self)
        recorder = current()
        if recorder is not None:
            recorder.cut(self, result, "data", sys._getframe(1))
        return result

    def put(self: torch.Tensor, new: torch.Tensor) -> None:
        plain.__set__(self, new)
        recorder = current()
        if recorder is not None:
            recorder.replaced(self)

    _replace(torch.Tensor, "data", _Watched(_as_of_torch(get), _as_of_torch(put), plain.__delete__))


def _wrap_grad() -> None:
    plain: Any = torch.Tensor.grad

    def put(self: torch.Tensor, new: torch.Tensor | None) -> None:
        if torch.compiler.is_compiling():
            setattr(self, GRAD, new)  # Dynamo can follow this, but not a call of the descriptor
            return
        recorder = current()
        if recorder is not None and new is None:
            recorder.clear(self, sys._getframe(1))
        plain.__set__(self, new)

    _replace(torch.Tensor, "grad", _Watched(plain.__get__, _as_of_torch(put), plain.__delete__))


def _wrap_zero(owner: Any) -> None:
    original = owner.zero_grad

    def zero_grad(self: Any, set_to_none: bool = True) -> None:
        recorder = current()
        if recorder is None:
            return original(self, set_to_none)
        return recorder.steps.zero_grad(original, self, set_to_none)

    zero_grad.__doc__ = original.__doc__
    _replace(owner, "zero_grad", _as_of_torch(zero_grad))


def _enter_module(module: torch.nn.Module, _args: Any) -> None:
    recorder = current()
    if recorder is not None:
        recorder.modules.enter(module)


def _leave_module(module: torch.nn.Module, _args: Any, _output: Any) -> None:
    recorder = current()
    if recorder is not None:
        recorder.modules.leave()


def _before_step(optimizer: Any, _args: Any, _kwargs: Any) -> None:
    recorder = current()
    if recorder is not None:
        recorder.steps.begin(optimizer, sys._getframe(1))


def _after_step(optimizer: Any, _args: Any, _kwargs: Any) -> None:
    recorder = current()
    if recorder is not None:
        recorder.steps.end(optimizer)
