"""Checkpoint jenis `use_reentrant=True`: saat mundur potongannya dijalankan lagi, dan backward lain melewatinya."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from autograd_viz.capturing.checkpoint_record import CheckpointRecord
from autograd_viz.capturing.raw_events import SegmentRecomputed
from autograd_viz.tracing.checkpoint_internals import is_reentrant
from autograd_viz.tracing.kept import Storages, raws_of, size_of, tensors_in
from autograd_viz.tracing.saved import layout_of
from autograd_viz.tracing.trace import LEAF


class Rerun(NamedTuple):
    """Potongan yang sedang dijalankan lagi; simpul-simpulnya bernomor dari `first`."""

    event: SegmentRecomputed
    first: int


def hook_checkpoint(run: Any, node: Any, number: int) -> Any:
    """Memasang pengamat sebuah simpul checkpoint pada `run`, satu panggilan backward."""
    raws = [list(tensors_in(raw.data)) for raw in raws_of(node, layout_of(node))]
    kept = size_of([tensor for held in raws for tensor in held]) if all(raws) else None
    return node.register_prehook(partial(_begins, run, number, kept))


def _begins(run: Any, number: int, kept: int | None, _incoming: Any) -> None:
    try:
        if run.elsewhere():
            return
        log = run.log
        with log.lock:
            record = CheckpointRecord(len(log.checkpoints), log.nodes[number].position)
            log.checkpoints.append(record)
        record.function, record.kept = number, kept
        record.inputs = tuple(dict.fromkeys(slot[0] for slot in log.nodes[number].slots if slot is not None))
        run.rerun = Rerun(SegmentRecomputed(record.number, run.index, (), None), len(log.nodes))
        log.events.append(run.rerun.event)
    except Exception as error:  # a hook that raises would end the user's backward
        run.observer.miss("operation", error)


def measure(run: Any, nodes: Iterable[tuple[Any, int]]) -> None:
    """Melengkapi hitungan ulang `run` dengan bita yang ditahan simpul-simpul barunya."""
    rerun, run.rerun = run.rerun, None
    if rerun is None:
        return
    walked = list(nodes)
    storages = Storages([node.variable for node, _ in walked if type(node) is LEAF])
    for node, number in walked:
        if type(node) is not LEAF and number >= rerun.first:
            storages.of(node, layout_of(node), not is_reentrant(node))  # whose ctx holds the state of the generator
    sizes = [kept.size for kept in storages.known.values()]
    size = None if None in sizes else sum(size or 0 for size in sizes)
    with run.log.lock:
        at = next(k for k in reversed(range(len(run.log.events))) if run.log.events[k] is rerun.event)
        run.log.events[at] = rerun.event._replace(size=size)
