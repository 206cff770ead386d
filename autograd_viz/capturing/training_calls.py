"""Sambungan ke pembuatan optimizer, pemotongan gradien, dan GradScaler: dibuat sekali, dipasang selama merekam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import torch
from torch.nn.utils import clip_grad

from autograd_viz.capturing.threads import current
from autograd_viz.recording.circumstances import ScalerCall
from autograd_viz.tracing.torch_internals import CLIPPING, has

NORM, VALUE = CLIPPING.rpartition(".")[2], "clip_grad_value_"
_originals: dict[str, Any] = {}  # what the calls were when they were replaced


def replacements() -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Setiap pemilik, nama, dan penggantinya; yang digantikan diingat."""
    owners: list[tuple[Any, str]] = [(clip_grad, VALUE), (torch.nn.utils, VALUE)]
    if has(CLIPPING):
        owners.append((clip_grad, NORM))
    owners.append((torch.optim.Optimizer, "__init__"))
    for owner, name in [*owners, *((torch.amp.GradScaler, call) for call in _SCALING)]:
        _originals[name] = getattr(owner, name)
        yield owner, name, _WRAPPERS[name]


def _as_of_torch(function: Any) -> Any:
    """The function as one of torch's own, which Dynamo never compiles by itself."""
    function.__code__ = function.__code__.replace(co_filename=torch.Tensor.backward.__code__.co_filename)
    return function


def _clip_norm(parameters: Any, max_norm: float, total_norm: torch.Tensor, *args: Any, **kwargs: Any) -> None:
    recorder = current()
    if recorder is not None:
        parameters = _listed(parameters)
        recorder.clipped("clip_grad_norm_", parameters, max_norm, total_norm)
    _originals[NORM](parameters, max_norm, total_norm, *args, **kwargs)


def _clip_value(parameters: Any, clip_value: float, *args: Any, **kwargs: Any) -> None:
    recorder = current()
    if recorder is not None:
        parameters = _listed(parameters)
        recorder.clipped(VALUE, parameters, clip_value)
    _originals[VALUE](parameters, clip_value, *args, **kwargs)


def _make_optimizer(self: torch.optim.Optimizer, *args: Any, **kwargs: Any) -> None:
    _originals["__init__"](self, *args, **kwargs)
    recorder = current()
    if recorder is not None:
        recorder.made(self)


def _listed(parameters: Any) -> list[torch.Tensor]:
    return [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)


def _scaling(call: ScalerCall) -> Callable[..., Any]:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = current()
        if recorder is not None:
            recorder.scaled(call, self, next(iter((*args, *kwargs.values())), None))
        return _originals[call](self, *args, **kwargs)

    wrapper.__name__, wrapper.__doc__ = call, getattr(torch.amp.GradScaler, call).__doc__
    return wrapper


_SCALING: tuple[ScalerCall, ...] = get_args(ScalerCall)
_clip_value.__doc__ = clip_grad.clip_grad_value_.__doc__
_WRAPPERS: dict[str, Callable[..., Any]] = {
    NORM: _as_of_torch(_clip_norm),
    VALUE: _as_of_torch(_clip_value),
    "__init__": _as_of_torch(_make_optimizer),
    **{call: _as_of_torch(_scaling(call)) for call in _SCALING},
}
