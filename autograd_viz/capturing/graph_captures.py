"""Sambungan ke CUDA graph: yang disusun belum dihitung, dan yang dijalankan mengubah tensor tanpa terlihat."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing.recorder import Recorder
from autograd_viz.capturing.threads import current

_OWN = torch.cuda.graphs.__name__  # where torch.cuda.graph and make_graphed_callables call from


def replacements() -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Setiap pemilik, nama, dan penggantinya."""
    for name, act in (("capture_begin", _begins), ("capture_end", Recorder.flush), ("replay", _replays)):
        yield torch.cuda.CUDAGraph, name, _watched(getattr(torch.cuda.CUDAGraph, name), act)


def _watched(original: Any, act: Callable[..., None]) -> Callable[..., Any]:
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = current()
        if recorder is not None:
            try:
                act(recorder)
            except Exception as error:  # our own trouble must never become the user's
                recorder.observer.miss("operation", error)
        return original(self, *args, **kwargs)

    wrapper.__name__, wrapper.__doc__ = original.__name__, original.__doc__
    return wrapper


def _begins(recorder: Recorder) -> None:
    recorder.flush()  # what was computed before can still be read
    if _by_user(recorder, sys._getframe(2)):
        recorder.observer.miss("capture")


def _replays(recorder: Recorder) -> None:
    recorder.flush()
    recorder.log.forget_contents()  # no version counts what a graph writes
    if _by_user(recorder, sys._getframe(2)):
        recorder.observer.miss("replay")


def _by_user(recorder: Recorder, frame: FrameType) -> bool:
    """Not by torch.compile, whose graphs are one operation of the user."""
    return frame.f_globals.get("__name__") == _OWN or recorder.log.user_code.owns(frame)
