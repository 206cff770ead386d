"""Pengamat satu utas: operasi yang baru selesai, modul dan baris yang sedang berjalan, dan simpul yang ditemukannya."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing import inplace
from autograd_viz.capturing.checkpoint_record import CheckpointRecord
from autograd_viz.capturing.dual_tensors import DualTensors
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.lineage import Origins, RawOrigin, is_shape_only
from autograd_viz.capturing.missing import MissingKind
from autograd_viz.capturing.node_discovery import discover
from autograd_viz.capturing.node_record import REORDERING, Module, NodeRecord, PendingOperation
from autograd_viz.capturing.raw_events import ConstantInput, Input, LeafUsed, OperationDone, TensorChanged, TrackedInput
from autograd_viz.capturing.snapshot import Snapshot, moved, take_snapshot
from autograd_viz.capturing.source_map import CodePosition
from autograd_viz.capturing.stored_names import name_results, tensors_in
from autograd_viz.tracing.torch_internals import base_of, module_call, schema_of
from autograd_viz.tracing.values import shape_of


class Observer:
    """Satu utas yang sedang direkam; semua pengamat sebuah rekaman menulis ke satu `EventLog`."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.pending: PendingOperation | None = None
        self.module: Module | None = None
        self.entry: CodePosition | None = None  # where the user's code called the library module now at work
        self.entry_frame: FrameType | None = None
        self.frame: FrameType | None = None  # the user's frame that `position` found last
        self.here: CodePosition | None = None  # where the operation stands whose inputs or result are being recorded
        self.named_at: CodePosition | None = None  # where the variables stood that `variables` holds
        self.variables: dict[int, str] = {}  # by the id of the tensor that a variable of the user held there
        self.mode: Any = None  # the dispatch mode that reports to this observer
        self.passes: list[Any] = []  # the backward passes at work, the innermost last
        self.steps: Any = None  # the steps of optimizers at work in this thread
        self.resting = 0  # what is done here is told as one event
        self.segments: tuple[CheckpointRecord, ...] = ()  # at work inside a checkpoint, the innermost last
        self.recomputing = 0  # what is done here is told as one event of its checkpoint
        self.duals = DualTensors(self)
        self.lost: Origins = ()  # where the graphs were lost of what goes into the operation at hand
        self.entering: Origins = ()  # and into the one that is being recorded

    def release(self) -> None:
        """Melepas bingkai dan hasil yang masih dipegang."""
        self.pending = self.frame = self.entry_frame = self.named_at = None

    def stepping(self) -> bool:
        """Apakah sebuah optimizer atau zero_grad sedang bekerja; yang gagal tidak lagi."""
        if self.steps.running:
            self.steps.drop_failed()
        return bool(self.resting or self.steps.running)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Pekerjaan yang diceritakan sebagai satu kejadian, bukan operasi demi operasi."""
        self.resting += 1
        try:
            yield
        finally:
            self.resting -= 1

    def miss(self, kind: MissingKind, error: BaseException | None = None) -> None:
        """Mencatat bahwa sesuatu di tempat ini tidak terekam."""
        try:
            position = self.here or self.position()
        except Exception:  # the place itself is what cannot be found
            position = None
        self.log.missing.note(kind, position, error)

    def position(self, frame: FrameType | None = None) -> CodePosition | None:
        """Tempat kode pengguna yang sedang berjalan, dicari mulai dari `frame`.

        Setiap bingkai yang dilihat harus dibuat dulu oleh Python; yang tahu dari mana ia dipanggil memberikannya.
        """
        user_code = self.log.user_code
        user = user_code.user
        frame = sys._getframe(2) if frame is None else frame
        while frame is not None:
            code = frame.f_code
            if code is module_call and self.entry is not None:
                self.frame = self.entry_frame
                return self.entry
            known = user.get(code.co_filename)
            if known is None:
                known = user_code.judge(frame)
            if known:
                self.frame = frame
                return CodePosition(code, frame.f_lasti, self.log.loops.at(frame))
            frame = frame.f_back
        self.frame = None
        return self.passes[-1].place if self.passes else None  # in a thread of the engine: where backward was called

    def number(self, node: Any) -> int:
        """Nomor sebuah simpul autograd; simpul baru dicatat beserta semua yang ada di hulunya."""
        known: int | None = node.metadata.get(self.log.key)
        if known is None:
            with self.log.lock:
                known = discover(self, node)
        return known

    def leaf(self, tensor: torch.Tensor, position: CodePosition | None = None) -> int:
        """Nomor sebuah tensor daun; nilainya dicatat saat pertama kali terlihat."""
        log = self.log
        known = log.leaf_number(tensor)
        if known is not None:
            return known
        with log.lock:
            record = NodeRecord("AccumulateGrad", ())
            record.shapes, record.dtype, record.device = (shape_of(tensor),), tensor.dtype, tensor.device
            record.values[0] = value = take_snapshot(tensor)
            number = len(log.nodes)
            log.add_leaf(number, tensor)
            log.nodes.append(record)
        record.position = position = position or self.here or self.position()
        record.name = self._name_at(position, id(tensor))
        log.events.append(LeafUsed(number, record.position, value))
        return number

    def _name_at(self, position: CodePosition | None, key: int) -> str | None:
        """The variable of the user that holds the tensor of this id, at a place where the code stands."""
        if position is None or position is not self.named_at:  # at a call of a module all its leaves are named at once
            self.named_at, self.variables = position, tensors_in(self.log.user_code, self.frame)
        return self.variables.get(key)

    def _constant(self, tensor: torch.Tensor) -> ConstantInput:
        known = self.log.known_content(tensor, lambda key: self._name_at(self.here, key))
        return ConstantInput(known.value, known.name)

    def source(self, tensor: torch.Tensor) -> int:
        """Nomor simpul yang membuat tensor ini, atau nomor daunnya."""
        node = tensor.grad_fn
        if node is not None:
            return self.number(node)
        base = base_of(tensor)
        return self.leaf(base if base is not None and base.requires_grad else tensor)

    def input(self, tensor: torch.Tensor) -> Input:
        """Sebuah tensor sebagai masukan; hasil yang tidak terlihat saat dihitung dibaca sekarang."""
        log = self.log
        if not tensor.requires_grad:
            return self._constant(tensor)
        node = tensor.grad_fn
        if node is None:
            base = base_of(tensor)
            if base is not None and base.requires_grad:  # a view made without grad: it asks for what never comes
                return self._constant(tensor)
            number = self.leaf(tensor)
            if number in log.nameless and (name := self._name_at(self.here, id(tensor))):
                log.nameless.discard(number)
                log.nodes[number].name = log.nodes[number].name or name
            return TrackedInput(number, 0, log.leaf_value(number, tensor))
        number = self.number(node)
        record = log.nodes[number]
        output = tensor.output_nr
        known = record.values.get(output)
        if known is None:
            known = record.values[output] = take_snapshot(tensor)
            record.tangents[output] = self.duals.snapshot(tensor)
            if len(record.values) == 1:
                self.computed(number, (), self.position())
        return TrackedInput(number, output, known)

    def grad_changed(self, number: int, after: Snapshot | None) -> None:
        """Isi .grad sebuah daun berubah selagi backward berjalan."""
        for one in self.passes:
            if number in one.grads:
                one.grads[number] = after

    def flush(self) -> None:
        """Mencatat hasil operasi terakhir, yang simpulnya kini sudah ada.

        Operasi di dalam sebuah custom Function hanya berarti bila hasilnya menjadi hasil Function itu.
        """
        pending, self.pending = self.pending, None
        if pending is None:
            return
        module, self.module, self.here = self.module, pending.module, pending.position
        segments, self.segments = self.segments, pending.segments
        self.entering = pending.lost
        try:
            if pending.changed:
                inplace.write(self, pending)
            else:
                outputs = pending.outputs
                for output in outputs if isinstance(outputs, (tuple, list)) else (outputs,):
                    if type(output) is torch.Tensor:  # to ask one with its own dispatch for its node may never return
                        self._output(output, pending)
            if pending.position is not self.entry:  # else the module is still at work, and the statement has not ended
                for position, frame in (*pending.callers, (pending.position, pending.frame)):
                    name_results(self.log, position, frame)
        finally:
            self.module, self.here, self.segments = module, None, segments
            self.entering = ()

    def _output(self, tensor: torch.Tensor, pending: PendingOperation) -> None:
        node = tensor.grad_fn
        if node is None:
            if tensor.requires_grad and not self.passes and not pending.inside_function:
                number = self.leaf(tensor, pending.position)
                if self.log.nodes[number].name is None:
                    self.log.nameless.add(number)
            elif not tensor.requires_grad and pending.inputs:
                self._without_derivative(tensor, pending)
            return
        number = self.number(node)
        record = self.log.nodes[number]
        output = tensor.output_nr
        if output in record.values:
            return
        value = None
        if record.op in REORDERING and pending.inputs and isinstance(first := pending.inputs[0], TrackedInput):
            value = moved(tensor, first.value)
        record.values[output] = value or take_snapshot(tensor)
        record.tangents[output] = self.duals.snapshot(tensor)
        if len(record.values) == 1:
            self.computed(number, pending.inputs, pending.position)

    def _without_derivative(self, tensor: torch.Tensor, pending: PendingOperation) -> None:
        """What a comparison gives, an index, a conversion to whole numbers: a result that has no graph."""
        sources = tuple([one.node for one in pending.inputs if isinstance(one, TrackedInput)])
        if sources and not self.passes and not is_shape_only(schema_of(pending.func).name):
            lineage = self.log.lineage
            origin = RawOrigin("no_derivative", sources, len(self.log.events), pending.position)
            lineage.mark(tensor, (*pending.lost, lineage.note(origin)))

    def computed(
        self,
        number: int,
        inputs: tuple[Input, ...],
        position: CodePosition | None,
        changed: TensorChanged | None = None,
    ) -> None:
        """Mencatat bahwa simpul `number` dihitung dari `inputs`, mungkin dengan mengubah sebuah tensor."""
        record = self.log.nodes[number]
        record.position = position
        record.keep_constants(inputs)
        if self.entering:
            self.log.lineage.entered[number] = self.entering
        self.log.events.append(changed or OperationDone(number, position, inputs))
