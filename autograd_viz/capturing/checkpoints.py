"""Checkpoint yang sedang bekerja: potongannya saat maju, dan hitungan ulangnya saat mundur."""

from __future__ import annotations

from typing import Any

from autograd_viz.capturing.checkpoint_record import CheckpointRecord
from autograd_viz.capturing.observer import Observer
from autograd_viz.capturing.raw_events import Repeated, SegmentRecomputed, TrackedInput
from autograd_viz.capturing.recomputation import Again, Recomputation
from autograd_viz.capturing.stored_names import callers_of
from autograd_viz.tracing.checkpoint_internals import inputs_of, is_selective, recomputed_by
from autograd_viz.tracing.kept import size_of, tensors_in


class SegmentWatch:
    """Satu potongan yang sedang dijalankan untuk pertama kali."""

    def __init__(self, observer: Observer, frame: Any) -> None:
        self.observer, log = observer, observer.log
        observer.flush()
        held = inputs_of(frame)
        inputs = [tensor for one in held for tensor in tensors_in(one)]
        with log.lock:
            record = CheckpointRecord(len(log.checkpoints), observer.position(), frame)
            log.checkpoints.append(record)
            log.checkpoint_of[frame] = record.number
        record.kept = size_of(inputs) if len(inputs) == len(held) else None
        given = map(observer.input, inputs)
        record.inputs = tuple(dict.fromkeys(one.node for one in given if isinstance(one, TrackedInput)))
        record.outer = next((one.number for one in observer.segments[-1:]), None)
        observer.segments = (*observer.segments, record)

    def end(self) -> None:
        """Potongannya selesai; hasil operasi terakhirnya baru dicatat pada kejadian berikutnya."""
        observer = self.observer
        observer.segments = observer.segments[:-1]
        pending = observer.pending
        if pending is not None and pending.segments:  # the variable that takes the result is one of the caller
            pending.callers = (*callers_of(observer.log.user_code, pending.frame), *pending.callers)


class RecomputationWatch:
    """Satu potongan yang sedang dihitung ulang di dalam backward `run`; `group` kelompok backward menurut torch."""

    def __init__(self, run: Any, frame: Any, group: Any) -> None:
        self.run, self.frame, self.group = run, frame, group
        observer = run.observer
        observer.flush()
        self.mode = Recomputation(observer.log.key, is_selective(frame))
        self.idle, observer.mode.idle = observer.mode.idle, True
        observer.recomputing += 1
        self.mode.__enter__()

    def end(self) -> None:
        """Mencatat yang sudah dihitung; hitungannya boleh berhenti lebih awal."""
        observer = self.run.observer
        self.mode.__exit__(None, None, None)
        observer.mode.idle = self.idle
        observer.recomputing -= 1
        self.mode.settle()
        log = observer.log
        number = log.checkpoint_of.get(self.frame)
        nodes = [] if number is None else log.checkpoints[number].nodes
        done = _matched(self.mode.found, nodes, [log.nodes[node].op for node in nodes])
        size = size_of(self.mode.born_among(recomputed_by(self.frame, self.group)))
        log.events.append(SegmentRecomputed(number, self.run.index, tuple(done), size, self.mode.selective))


def _matched(found: list[Again], nodes: list[int], ops: list[str]) -> list[Repeated]:
    """Each recomputed operation with the node of the first time: the first, second … of its kind."""
    waiting: dict[str, list[int]] = {}
    for node, op in zip(reversed(nodes), reversed(ops), strict=True):
        waiting.setdefault(op, []).append(node)
    return [Repeated(waiting[one.op].pop() if waiting.get(one.op) else None, *one[1:]) for one in found]
