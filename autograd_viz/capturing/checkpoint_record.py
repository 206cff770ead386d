"""Satu potongan di dalam checkpoint, seperti tercatat saat maju: hanya data biasa."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.tracing.checkpoint_internals import frame_of
from autograd_viz.tracing.kept import raws_of
from autograd_viz.tracing.saved import layout_of


class CheckpointRecord:
    """Potongan ke-`number`: simpulnya menurut urutan dihitung, masukannya `inputs`, dan bita `kept` yang ditahannya.

    `promised` simpul yang simpanannya dititipkan kepada checkpoint ini, `outer` potongan di sekelilingnya, `function`
    simpul checkpoint itu sendiri pada jenis `use_reentrant=True`.
    """

    __slots__ = ("frame", "function", "inputs", "kept", "nodes", "number", "outer", "position", "promised")

    def __init__(self, number: int, position: CodePosition | None, frame: Any = None) -> None:
        self.number, self.position = number, position
        self.frame = None if frame is None else weakref.ref(frame)
        self.inputs: tuple[int, ...] = ()
        self.kept: int | None = None
        self.nodes: list[int] = []
        self.promised: list[int] = []
        self.outer: int | None = None
        self.function: int | None = None


def note_node(segments: Sequence[CheckpointRecord], node: Any, number: int) -> None:
    """Mencatat simpul baru pada potongan-potongan yang sedang berjalan; yang terdalam mungkin berjanji atasnya."""
    for record in segments:
        record.nodes.append(number)
    inner = segments[-1]
    frame = None if inner.frame is None else inner.frame()
    if any(frame_of(raw.unpack_hook) is frame is not None for raw in raws_of(node, layout_of(node))):
        inner.promised.append(number)
