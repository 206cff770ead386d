"""Sambungan ke checkpoint: kelas-kelas torch di sekeliling sebuah potongan dan hitungan ulangnya, selama merekam."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograd_viz.capturing import threads
from autograd_viz.capturing.checkpoints import RecomputationWatch, SegmentWatch
from autograd_viz.tracing.checkpoint_internals import (
    OWNER,
    RECOMPUTING,
    SAVING,
    recomputing_hooks,
    saving_hooks,
    sees_checkpoints,
)
from autograd_viz.tracing.torch_internals import engine_task


def replacements() -> Iterator[tuple[Any, str, type]]:
    """Setiap pemilik, nama, dan penggantinya; kosong bila versi torch ini tidak memilikinya."""
    if sees_checkpoints():
        yield OWNER, SAVING, _Segment
        yield OWNER, RECOMPUTING, _Recomputation


class _Watched:
    """What torch enters around a piece of work; a trouble of ours never becomes the user's."""

    watch: Any = None
    make: Callable[[], Any]

    def __enter__(self) -> Any:
        entered = super().__enter__()  # type: ignore[misc]
        self.watch = _guarded(self.make)
        return entered

    def __exit__(self, *error: object) -> Any:
        watch, self.watch = self.watch, None
        if watch is not None:
            _guarded(watch.end)
        return super().__exit__(*error)  # type: ignore[misc]


class _Segment(_Watched, saving_hooks):
    def __init__(self, frame: Any) -> None:
        super().__init__(frame)
        self.frame = frame

    def make(self) -> SegmentWatch | None:
        frame, self.frame = self.frame, None
        recorder = threads.current()
        if recorder is None or recorder.observer.recomputing:
            return None
        return SegmentWatch(recorder.observer, frame)


class _Recomputation(_Watched, recomputing_hooks):
    def __init__(self, frame_ref: Any, group: Any) -> None:
        super().__init__(frame_ref, group)
        self.frame_ref, self.group = frame_ref, group

    def make(self) -> RecomputationWatch | None:
        recorder, task = threads.current(), engine_task()
        runs = [] if recorder is None else [run for run in recorder.observer.passes if run.task == task]
        return RecomputationWatch(runs[-1], self.frame_ref(), self.group) if runs else None


def _guarded(action: Callable[[], Any]) -> Any:
    try:
        return action()
    except Exception as error:
        recorder = threads.current()
        if recorder is not None:
            recorder.observer.miss("operation", error)
    return None
