"""Simpul autograd yang baru terlihat: dicatat sesudah semua yang ada di hulunya, dan diberi nomor."""

from __future__ import annotations

from typing import Any

from autograd_viz.capturing.checkpoint_record import note_node
from autograd_viz.capturing.node_record import NodeRecord
from autograd_viz.tracing.saved import layout_of, read_plain, read_saved
from autograd_viz.tracing.torch_internals import outputs_of
from autograd_viz.tracing.trace import LEAF
from autograd_viz.tracing.values import shape_of

Slots = tuple[tuple[int, int] | None, ...]


def discover(observer: Any, node: Any) -> int:
    """Mencatat sebuah simpul dan semua di hulunya yang belum bernomor; hasilnya nomor simpul itu."""
    key = observer.log.key
    stack = [node]  # explicit, because a chain may be long
    while stack:
        top = stack[-1]
        if key in top.metadata:
            stack.pop()
        elif type(top) is LEAF:
            _number_leaf(observer, stack.pop())
        else:
            slots: list[tuple[int, int] | None] = []
            missing = []
            for parent, output in top.next_functions:
                if parent is None:
                    slots.append(None)
                    continue
                known = parent.metadata.get(key)
                if known is None and type(parent) is LEAF:
                    known = _number_leaf(observer, parent)
                if known is None:
                    missing.append(parent)
                else:
                    slots.append((known, output))
            if missing:
                stack += missing
            else:
                _add(observer, stack.pop(), tuple(slots))
    number: int = node.metadata[key]
    return number


def _number_leaf(observer: Any, node: Any) -> int:
    """The number of a leaf, which its tensor tells; the node keeps it as long as a graph holds the node."""
    number: int = observer.leaf(node.variable)
    node.metadata[observer.log.key] = number
    return number


def _add(observer: Any, node: Any, slots: Slots) -> None:
    log = observer.log
    layout = layout_of(node)
    record = NodeRecord(layout.op, slots)
    meta = outputs_of(node)
    record.shapes = tuple([shape_of(one) for one in meta])
    if meta:
        record.dtype, record.device = meta[0].dtype, meta[0].device
    if layout.tensors:
        record.saved = read_saved(node, layout)
    if layout.plain:
        record.attributes = read_plain(node, layout)
    record.module = observer.module
    if observer.segments:
        note_node(observer.segments, node, len(log.nodes))
    node.metadata[log.key] = len(log.nodes)  # a number: a node or a tensor would keep the graph alive
    log.nodes.append(record)
