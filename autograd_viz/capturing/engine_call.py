"""Satu panggilan mesin backward: dijalankan seperti diminta, sambil dicatat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from autograd_viz.capturing.backward_pass import BackwardPass, EngineCall
from autograd_viz.capturing.observer import Observer
from autograd_viz.capturing.raw_events import NotShown
from autograd_viz.capturing.stand_ins import reading_code, stands_in
from autograd_viz.tracing.torch_internals import has_storage, is_wrapped


def run(observer: Observer, engine: Callable[..., Any], roots: Sequence[Any], args: Any, kwargs: Any) -> Any:
    """Menjalankan mesin backward torch seperti diminta, sambil mencatatnya."""
    if any(stands_in(type(root)) for root in roots):
        if not reading_code():
            observer.miss("backward")
        return engine(roots, *args, **kwargs)
    if any(isinstance(root, torch.Tensor) and is_wrapped(root) for root in roots):
        observer.miss("transform")
        observer.log.events.append(NotShown(observer.position(), "transform"))
        return engine(roots, *args, **kwargs)
    asked = EngineCall(
        "backward" if kwargs.get("accumulate_grad") else "grad",
        bool(args[1]) if len(args) > 1 else False,
        bool(args[2]) if len(args) > 2 else False,
        tuple(args[3]) if len(args) > 3 else (),
    )
    mode = observer.mode
    resume: Callable[[], object] | None = mode.pause()
    current = None
    try:
        current = _begin(observer, roots, args[0], asked)
        if current is not None:
            observer.passes.append(current)
        if asked.create_graph and resume is not None:  # without it, nothing in the engine's work can become a node
            resume()
            resume = None
        try:
            results = engine(roots, *args, **kwargs)
        except BaseException:
            if current is not None:
                _guarded(observer, current.fail, roots)
            raise
        if current is not None:
            _guarded(observer, current.finish, results)
        return results
    finally:
        if current is not None:
            current.close()
            observer.passes.remove(current)
        if resume is not None:
            resume()


def _begin(observer: Observer, roots: Sequence[Any], given: Any, asked: EngineCall) -> BackwardPass | None:
    try:
        observer.flush()
        if any(one is not None and one.layout is torch.strided and not has_storage(one) for one in given):
            observer.miss("batched")
        with torch.no_grad():
            return BackwardPass(observer, roots, given, asked)
    except Exception as error:
        observer.miss("backward", error)
        return None


def _guarded(observer: Observer, action: Callable[[Any], None], argument: Any) -> None:
    try:
        with observer.mode.ignoring():
            observer.flush()
            with torch.no_grad():
                action(argument)
    except Exception as error:
        observer.miss("backward", error)
