"""Sambungan ke pembuatan `nn.Parameter`: daun baru yang mengambil isi sebuah hasil, tetapi bukan grafnya."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import torch
from torch import nn

from autograd_viz.capturing.lineage import RawOrigin
from autograd_viz.capturing.pack_hooks import inside_pack_hook
from autograd_viz.capturing.threads import current
from autograd_viz.tracing.torch_internals import inside_function

_originals: dict[str, Any] = {}  # what the call was when it was replaced


def replacements() -> Iterator[tuple[Any, str, Any]]:
    """Pemilik, nama, dan penggantinya; yang digantikan diingat."""
    _originals["__new__"] = nn.Parameter.__new__
    yield nn.Parameter, "__new__", staticmethod(_as_of_torch(_new))


def _as_of_torch(function: Callable[..., Any]) -> Any:
    """The function as one of torch's own, which Dynamo never compiles by itself."""
    function.__code__ = function.__code__.replace(co_filename=torch.Tensor.backward.__code__.co_filename)
    return function


def _new(cls: Any, *args: Any, **kwargs: Any) -> Any:
    made = _originals["__new__"](cls, *args, **kwargs)
    recorder = current()
    if recorder is not None:
        _note(recorder, args[0] if args else kwargs.get("data"), made, sys._getframe(1))
    return made


def _note(recorder: Any, given: Any, made: torch.Tensor, frame: FrameType) -> None:
    """Where the user makes a new leaf of what has a graph, or has just been cut from it."""
    observer, log = recorder.observer, recorder.log
    try:
        if type(given) not in (torch.Tensor, nn.Parameter) or not torch.is_grad_enabled() or observer.passes:
            return
        if not log.user_code.owns(frame) or observer.stepping() or inside_function() or inside_pack_hook(frame):
            return
        observer.flush()
        if given.requires_grad:
            nodes = (observer.source(given),)
        else:
            lost = [log.lineage.origins[one] for one in log.lineage.inherited([given])]
            nodes = tuple(node for origin in lost if origin.how in ("detach", "data") for node in origin.nodes)
        if nodes:
            position = observer.position(frame)
            origin = RawOrigin("parameter", nodes, len(log.events), position, made=position)
            log.lineage.mark(made, (log.lineage.note(origin),))
    except Exception as error:
        observer.miss("cut", error)
