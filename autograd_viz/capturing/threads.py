"""Rekaman yang sedang berjalan di setiap utas; utas yang dimulai di dalam sebuah blok ikut direkam."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import torch

from autograd_viz.capturing.recorder import Recorder
from autograd_viz.tracing.torch_internals import engine_task
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.walk import walk

active: dict[int, Recorder] = {}
lock = threading.RLock()


def current() -> Recorder | None:
    """Rekaman yang sedang berjalan di utas ini; None selagi `torch.compile` membaca kode."""
    if torch.compiler.is_compiling():
        return None
    mine = active.get(threading.get_ident())
    return _of_engine() if mine is None else mine


def _of_engine() -> Recorder | None:
    """On other devices than the CPU backward runs in a thread of the engine, for the one that has called it."""
    task = engine_task()
    for recorder in list(active.values()) if task >= 0 else ():
        if any(one.task == task for one in recorder.observer.passes):
            return recorder
    return None


def enter(recorder: Recorder) -> None:
    """Mencatat rekaman milik utas ini; yang diikutinya dari utas lain beristirahat selama itu.

    Galat: `ValueError` bila utas ini sedang membuat rekaman lain.
    """
    here = threading.get_ident()
    joined = active.get(here)
    if joined is not None and not joined.guest:
        raise ValueError(
            "record() dipanggil di dalam blok record() lain, padahal satu utas hanya dapat membuat satu rekaman. "
            "Akhiri blok yang luar lebih dulu, atau cukup pakai satu blok."
        )
    if joined is not None:
        joined.mode.idle = True
    recorder.around = joined
    active[here] = recorder


def leave(recorder: Recorder) -> None:
    """Mengakhiri rekaman milik utas ini, juga bagi utas-utas yang mengikutinya."""
    here = threading.get_ident()
    joined = recorder.around
    if joined is not None and not joined.over:
        joined.mode.idle = False
        active[here] = joined
    else:
        active.pop(here, None)
    for ident, other in list(active.items()):
        if other.guest and other.log is recorder.log:
            other.end()
            del active[ident]
        elif other.around is not None and other.around.log is recorder.log:
            other.around.end()


def start(original: Callable[[threading.Thread], None], thread: threading.Thread) -> None:
    """Memulai sebuah utas, yang ikut direkam bila yang memulainya sedang direkam."""
    recorder = current()
    if recorder is None:
        original(thread)
        return
    own, work = vars(thread).get("run"), thread.run

    def run() -> None:
        _put_back(thread, own)
        _watch(recorder, work)

    thread.run = run  # type: ignore[method-assign]  # found before the one of its class
    try:
        original(thread)
    except BaseException:
        _put_back(thread, own)
        raise


def _put_back(thread: threading.Thread, own: Any) -> None:
    if own is None:
        vars(thread).pop("run", None)
    else:
        thread.run = own  # type: ignore[method-assign]


def _watch(recorder: Recorder, work: Callable[[], object]) -> None:
    with lock:
        guest = None if recorder.over else recorder.follow()
        if guest is not None:
            active[threading.get_ident()] = guest
    if guest is None:
        work()
        return
    try:
        with guest.mode:
            work()
    finally:
        with lock:
            if active.get(threading.get_ident()) is guest:
                guest.flush()
                del active[threading.get_ident()]
            guest.end()


def backward_elsewhere(roots: Any) -> Recorder | None:
    """Untuk backward di utas yang tidak direkam: rekaman yang mengenal grafnya; bila tidak ada, ia dicatat hilang."""
    nodes = [getattr(root, "grad_fn", None) or getattr(root, "node", None) for root in roots]
    behind = walk([node for node in nodes if node is not None])
    for recorder in list(active.values()):
        if any(_is_known(recorder, node) for node in behind):
            return recorder.follow()
    for recorder in list(active.values()):
        if not recorder.guest:
            recorder.log.missing.note("thread")
    return None


def _is_known(recorder: Recorder, node: Any) -> bool:
    if type(node) is LEAF:
        return recorder.log.leaf_number(node.variable) is not None
    return recorder.log.key in node.metadata


def _forget() -> None:
    """A forked worker (DataLoader) inherits the thread's modes and patches, but not the recording."""
    for recorder in active.values():
        recorder.mode.idle = True
    active.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
