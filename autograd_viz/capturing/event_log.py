"""Pita mentah sebuah rekaman: simpul yang terlihat dan kejadian menurut urutannya, tanpa menahan graf autograd."""

from __future__ import annotations

import sys
import weakref
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing import inplace
from autograd_viz.capturing.raw_events import REORDERING, Module, NodeRecord, Pending, keep_constants
from autograd_viz.capturing.snapshot import Snapshot, moved, take_snapshot
from autograd_viz.capturing.source_map import CodePosition, UserCode
from autograd_viz.tracing.saved import layout_of, read_plain, read_saved
from autograd_viz.tracing.values import shape_of

LEAF_NUMBER = 2**64 - 1  # what autograd gives every AccumulateGrad as its sequence number
CALL = torch.nn.Module._call_impl.__code__
DETAILED = 2_000  # beyond this many nodes their saved tensors and attributes are no longer read


class EventLog:
    """Semua yang terlihat sejauh ini. Memegang daun dan hasil terakhir saja, dan melepasnya di `close`."""

    def __init__(self, home: FrameType) -> None:
        self.user_code = UserCode(home)
        self.nodes: list[NodeRecord] = []
        self.events: list[tuple[Any, ...]] = []
        self.pending: Pending | None = None
        self.module: Module | None = None
        self.entry: CodePosition | None = None  # where the user's code called the library module now at work
        self.here: CodePosition | None = None  # where the operation stood whose result is being recorded
        self.rounds = 0
        self.running = False  # the engine is at work
        self.stepping = 0  # an optimizer is at work
        self.trouble = 0  # exceptions inside our own hooks
        self.by_number: dict[int, int] = {}
        self.leaves: dict[int, tuple[int, torch.Tensor]] = {}
        self.fresh: dict[int, tuple[weakref.ref[torch.Tensor], int, Snapshot]] = {}
        self.leaf_versions: dict[int, int] = {}

    def close(self) -> None:
        """Melepas semua yang masih dipegang."""
        self.pending = None
        self.leaves.clear()
        self.fresh.clear()
        self.by_number.clear()
        self.user_code.user.clear()

    def position(self, frame: FrameType | None = None) -> CodePosition | None:
        """Tempat kode pengguna yang sedang berjalan (atau yang memanggil `frame`)."""
        user = self.user_code.user
        frame = sys._getframe(2) if frame is None else frame
        while frame is not None:
            code = frame.f_code
            if code is CALL and self.entry is not None:
                return self.entry
            known = user.get(code.co_filename)
            if known is None:
                known = self.user_code.judge(code.co_filename)
            if known:
                return (code, frame.f_lasti)
            frame = frame.f_back
        return None

    def number(self, node: Any) -> int:
        """Nomor sebuah simpul autograd; simpul baru dicatat beserta masukannya."""
        count = node._sequence_nr()
        if count != LEAF_NUMBER:
            known = self.by_number.get(count)
            if known is not None:
                return known
            return self._discover(node)
        variable = getattr(node, "variable", None)
        return self.leaf(variable) if variable is not None else self._add(node, count, ())

    def _discover(self, node: Any) -> int:
        """Adds a node after everything before it; an explicit stack, because a chain may be long."""
        stack = [node]
        while stack:
            top = stack[-1]
            count = top._sequence_nr()
            if count in self.by_number:
                stack.pop()
                continue
            parents = top.next_functions
            missing = [parent for parent, _ in parents if parent is not None and self._known(parent) is None]
            if missing:
                stack += missing
            else:
                stack.pop()
                self._add(top, count, parents)
        return self.by_number[count]

    def _known(self, node: Any) -> int | None:
        count = node._sequence_nr()
        return self.number(node) if count == LEAF_NUMBER else self.by_number.get(count)

    def _add(self, node: Any, count: int, parents: Any) -> int:
        layout = layout_of(node)
        slots = tuple([None if parent is None else (self.number(parent), output) for parent, output in parents])
        seen = NodeRecord(layout.op, slots)
        meta = node._input_metadata
        seen.shapes = tuple(shape_of(one) for one in meta)
        if meta:
            seen.dtype, seen.device = meta[0].dtype, meta[0].device
        if len(self.nodes) < DETAILED:
            if layout.tensors or layout.python:
                seen.saved = read_saved(node, layout)
            if layout.plain or layout.python:
                seen.attributes = read_plain(node, layout)
        seen.module = self.module
        if count != LEAF_NUMBER:
            self.by_number[count] = len(self.nodes)
        self.nodes.append(seen)
        return len(self.nodes) - 1

    def leaf(self, variable: torch.Tensor) -> int:
        """Nomor sebuah tensor daun; nilainya dicatat saat pertama kali terlihat."""
        known = self.leaves.get(id(variable))
        if known is not None:
            return known[0]
        number = len(self.nodes)
        seen = NodeRecord("AccumulateGrad", ())
        seen.shapes, seen.dtype, seen.device = (shape_of(variable),), variable.dtype, variable.device
        seen.values[0] = taken = take_snapshot(variable)
        self.leaves[id(variable)] = (number, variable)
        self.leaf_versions[number] = version_of(variable)
        self.nodes.append(seen)
        seen.position = self.here or self.position()
        self.events.append(("leaf", number, seen.position, taken))
        return number

    def leaf_value(self, number: int, variable: torch.Tensor) -> Snapshot:
        """Isi daun sekarang; dihitung lagi hanya bila ia berubah."""
        version = version_of(variable)
        seen = self.nodes[number]
        if self.leaf_versions.get(number) != version:
            self.leaf_versions[number] = version
            seen.values[0] = take_snapshot(variable)
        return seen.values[0]

    def forget(self, number: int) -> None:
        """Isi sebuah daun berubah tanpa nomor versinya berubah, misalnya lewat `.data`."""
        self.leaf_versions.pop(number, None)

    def content(self, tensor: torch.Tensor) -> Snapshot:
        """Isi tensor tanpa graf; yang sama tidak dihitung dua kali selama ia hidup dan tidak berubah."""
        known = self.fresh.get(id(tensor))
        version = version_of(tensor)
        if known is not None and known[0]() is tensor and known[1] == version:
            return known[2]
        taken = take_snapshot(tensor)
        self.fresh[id(tensor)] = (weakref.ref(tensor), version, taken)
        return taken

    def flush(self) -> None:
        """Mencatat hasil operasi terakhir, yang simpulnya kini sudah ada."""
        pending, self.pending = self.pending, None
        if pending is None:
            return
        module, self.module, self.here = self.module, pending.module, pending.position
        try:
            outputs, inputs, position = pending.outputs, pending.inputs, pending.position
            if pending.changed:
                inplace.write(self, pending)
            elif type(outputs) is torch.Tensor:
                self._output(outputs, inputs, position)
            elif isinstance(outputs, (tuple, list)):
                for output in outputs:
                    if isinstance(output, torch.Tensor):
                        self._output(output, inputs, position)
        finally:
            self.module, self.here = module, None

    def _output(self, tensor: torch.Tensor, inputs: list[Any], position: CodePosition | None) -> None:
        node = tensor.grad_fn
        if node is None:
            if tensor.requires_grad and id(tensor) not in self.leaves and not self.running:
                number = self.leaf(tensor)
                self.nodes[number].position = position
                self.events[-1] = ("leaf", number, position, self.nodes[number].values[0])
            return
        number = self.number(node)
        seen = self.nodes[number]
        output = tensor.output_nr
        if output in seen.values:
            return
        taken = None
        if seen.op in REORDERING and inputs and type(inputs[0][0]) is int:
            taken = moved(tensor, inputs[0][2])
        seen.values[output] = taken or take_snapshot(tensor)
        if len(seen.values) == 1:
            self.record("forward", number, inputs, position)

    def record(self, kind: str, number: int, inputs: list[Any], position: CodePosition | None, *more: Any) -> None:
        """Mencatat bahwa simpul `number` dihitung dari `inputs`."""
        seen = self.nodes[number]
        seen.position = position
        keep_constants(seen, inputs)
        self.events.append((kind, number, position, inputs, *more))


def version_of(tensor: torch.Tensor) -> int:
    """Nomor versi isi tensor; -1 untuk tensor yang tidak mencatatnya."""
    return -1 if tensor.is_inference() else tensor._version
