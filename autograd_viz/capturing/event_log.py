"""Catatan mentah sebuah rekaman: simpul yang terlihat dan kejadian menurut urutannya, tanpa menahan graf autograd."""

from __future__ import annotations

import sys
import weakref
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing import inplace
from autograd_viz.capturing.missing import MissingKind, MissingLog
from autograd_viz.capturing.node_record import REORDERING, Module, NodeRecord, PendingOperation
from autograd_viz.capturing.raw_events import Input, LeafUsed, OperationDone, RawEvent, TensorChanged, TrackedInput
from autograd_viz.capturing.snapshot import Snapshot, moved, take_snapshot
from autograd_viz.capturing.source_map import CodePosition, UserCode
from autograd_viz.tracing.saved import layout_of, read_plain, read_saved
from autograd_viz.tracing.torch_internals import module_call, outputs_of, sequence_number, version_counter
from autograd_viz.tracing.values import shape_of

LEAF_NUMBER = 2**64 - 1  # what autograd gives every AccumulateGrad as its sequence number
DETAILED = 2_000  # beyond this many nodes their saved tensors and attributes are no longer read


class EventLog:
    """Semua yang terlihat sejauh ini. Memegang daun dan hasil terakhir saja, dan melepasnya di `close`."""

    def __init__(self, home: FrameType) -> None:
        self.user_code = UserCode(home)
        self.nodes: list[NodeRecord] = []
        self.events: list[RawEvent] = []
        self.pending: PendingOperation | None = None
        self.module: Module | None = None
        self.entry: CodePosition | None = None  # where the user's code called the library module now at work
        self.here: CodePosition | None = None  # where the operation stood whose result is being recorded
        self.rounds = 0
        self.running = False  # the engine is at work
        self.stepping = 0  # an optimizer is at work
        self.missing = MissingLog()
        self.by_number: dict[int, int] = {}
        self.leaves: dict[int, tuple[int, torch.Tensor]] = {}
        self.contents: dict[int, tuple[weakref.ref[torch.Tensor], int, Snapshot]] = {}
        self.leaf_versions: dict[int, int] = {}

    def miss(self, kind: MissingKind, error: BaseException | None = None) -> None:
        """Mencatat bahwa sesuatu di tempat ini tidak terekam."""
        try:
            position = self.here or self.position()
        except Exception:  # the place itself is what cannot be found
            position = None
        self.missing.note(kind, position, error)

    def close(self) -> None:
        """Melepas semua yang masih dipegang."""
        self.pending = None
        self.leaves.clear()
        self.contents.clear()
        self.by_number.clear()
        self.user_code.user.clear()

    def position(self, frame: FrameType | None = None) -> CodePosition | None:
        """Tempat kode pengguna yang sedang berjalan (atau yang memanggil `frame`)."""
        user = self.user_code.user
        frame = sys._getframe(2) if frame is None else frame
        while frame is not None:
            code = frame.f_code
            if code is module_call and self.entry is not None:
                return self.entry
            known = user.get(code.co_filename)
            if known is None:
                known = self.user_code.judge(frame)
            if known:
                return (code, frame.f_lasti)
            frame = frame.f_back
        return None

    def number(self, node: Any) -> int:
        """Nomor sebuah simpul autograd; simpul baru dicatat beserta masukannya."""
        count = sequence_number(node)
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
            count = sequence_number(top)
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
        count = sequence_number(node)
        return self.number(node) if count == LEAF_NUMBER else self.by_number.get(count)

    def _add(self, node: Any, count: int, parents: Any) -> int:
        layout = layout_of(node)
        slots = tuple([None if parent is None else (self.number(parent), output) for parent, output in parents])
        record = NodeRecord(layout.op, slots)
        meta = outputs_of(node)
        record.shapes = tuple(shape_of(one) for one in meta)
        if meta:
            record.dtype, record.device = meta[0].dtype, meta[0].device
        if len(self.nodes) < DETAILED:
            if layout.tensors or layout.python:
                record.saved = read_saved(node, layout)
            if layout.plain or layout.python:
                record.attributes = read_plain(node, layout)
        record.module = self.module
        if count != LEAF_NUMBER:
            self.by_number[count] = len(self.nodes)
        self.nodes.append(record)
        return len(self.nodes) - 1

    def leaf(self, variable: torch.Tensor) -> int:
        """Nomor sebuah tensor daun; nilainya dicatat saat pertama kali terlihat."""
        known = self.leaves.get(id(variable))
        if known is not None:
            return known[0]
        number = len(self.nodes)
        record = NodeRecord("AccumulateGrad", ())
        record.shapes, record.dtype, record.device = (shape_of(variable),), variable.dtype, variable.device
        record.values[0] = value = take_snapshot(variable)
        self.leaves[id(variable)] = (number, variable)
        self.leaf_versions[number] = version_of(variable)
        self.nodes.append(record)
        record.position = self.here or self.position()
        self.events.append(LeafUsed(number, record.position, value))
        return number

    def leaf_value(self, number: int, variable: torch.Tensor) -> Snapshot:
        """Isi daun sekarang; dihitung lagi hanya bila ia berubah."""
        version = version_of(variable)
        record = self.nodes[number]
        if self.leaf_versions.get(number) != version:
            self.leaf_versions[number] = version
            record.values[0] = take_snapshot(variable)
        return record.values[0]

    def forget(self, number: int) -> None:
        """Isi sebuah daun berubah tanpa nomor versinya berubah, misalnya lewat `.data`."""
        self.leaf_versions.pop(number, None)

    def content(self, tensor: torch.Tensor) -> Snapshot:
        """Isi tensor tanpa graf; yang sama tidak dihitung dua kali selama ia hidup dan tidak berubah."""
        known = self.contents.get(id(tensor))
        version = version_of(tensor)
        if known is not None and known[0]() is tensor and known[1] == version:
            return known[2]
        value = take_snapshot(tensor)
        self.contents[id(tensor)] = (weakref.ref(tensor), version, value)
        return value

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

    def _output(self, tensor: torch.Tensor, inputs: tuple[Input, ...], position: CodePosition | None) -> None:
        node = tensor.grad_fn
        if node is None:
            if tensor.requires_grad and id(tensor) not in self.leaves and not self.running:
                number = self.leaf(tensor)
                self.nodes[number].position = position
                self.events[-1] = LeafUsed(number, position, self.nodes[number].values[0])
            return
        number = self.number(node)
        record = self.nodes[number]
        output = tensor.output_nr
        if output in record.values:
            return
        value = None
        if record.op in REORDERING and inputs and isinstance(first := inputs[0], TrackedInput):
            value = moved(tensor, first.value)
        record.values[output] = value or take_snapshot(tensor)
        if len(record.values) == 1:
            self.computed(number, inputs, position)

    def computed(
        self,
        number: int,
        inputs: tuple[Input, ...],
        position: CodePosition | None,
        changed: TensorChanged | None = None,
    ) -> None:
        """Mencatat bahwa simpul `number` dihitung dari `inputs`, mungkin dengan mengubah sebuah tensor."""
        record = self.nodes[number]
        record.position = position
        record.keep_constants(inputs)
        self.events.append(changed or OperationDone(number, position, inputs))


def version_of(tensor: torch.Tensor) -> int:
    """Nomor versi isi tensor; -1 untuk tensor yang tidak mencatatnya."""
    return -1 if tensor.is_inference() else version_counter(tensor)
