"""Satu rekaman yang sedang berjalan: apa yang terjadi pada torch, diteruskan ke pita."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

import torch

from autograd_viz.capturing import backward_hooks
from autograd_viz.capturing.dispatch_mode import RecordingMode
from autograd_viz.capturing.event_log import EventLog
from autograd_viz.capturing.node_record import Module
from autograd_viz.capturing.raw_events import GradCleared, GraphCut, LeafChange, OptimizerStepped
from autograd_viz.capturing.snapshot import Snapshot, take_snapshot
from autograd_viz.capturing.source_map import SourceMap
from autograd_viz.recording.events import How
from autograd_viz.tracing.names import Names
from autograd_viz.tracing.torch_internals import inside_function, module_call, sequence_number


class Labels(NamedTuple):
    """Nama yang dikenal saat blok selesai: konstanta menurut `id` isinya, dan modul terluar menurut urutannya."""

    constants: dict[int, str | None]
    roots: list[str]


class Recorder:
    """Catatan mentah, mode operasi, dan modul yang sedang dijalankan di satu utas."""

    def __init__(self, home: FrameType) -> None:
        self.log = EventLog(home)
        self.mode = RecordingMode(self.log)
        self.stack: list[Any] = []
        self.roots: list[torch.nn.Module] = []
        self.paths: dict[int, Module] = {}
        self.before: list[tuple[torch.Tensor, Snapshot]] = []

    def flush(self) -> None:
        """Mencatat hasil operasi terakhir."""
        try:
            self.log.flush()
        except Exception as error:
            self.log.miss("operation", error)

    def backward(self, engine: Callable[..., Any], roots: Any, args: Any, kwargs: Any) -> Any:
        """Menjalankan mesin backward sambil mencatatnya."""
        return backward_hooks.run(self.log, self.mode, engine, roots, args, kwargs)

    def cut(self, source: torch.Tensor, result: torch.Tensor, how: How, frame: FrameType) -> None:
        """Mencatat bahwa pengguna memutus sebuah tensor dari grafnya."""
        log = self.log
        try:
            if not source.requires_grad or log.running or not log.user_code.owns(frame) or inside_function():
                return
            log.flush()
            node = source.grad_fn
            number = log.leaf(source) if node is None else log.number(node)
            log.events.append(GraphCut(number, (frame.f_code, frame.f_lasti), how, take_snapshot(result)))
        except Exception as error:
            log.miss("cut", error)

    def replaced(self, leaf: torch.Tensor) -> None:
        """Pengguna memberi tensor isi lain lewat `x.data = ...`."""
        known = self.log.leaves.get(id(leaf))
        if known is not None:
            self.log.forget(known[0])

    def clear(self, leaf: torch.Tensor, frame: FrameType) -> None:
        """Mencatat `x.grad = None` yang ditulis pengguna."""
        log = self.log
        try:
            known = log.leaves.get(id(leaf))
            if known is not None and leaf.grad is not None and log.user_code.owns(frame):
                log.flush()
                position = (frame.f_code, frame.f_lasti)
                change = LeafChange(known[0], log.content(leaf.grad), None)
                log.events.append(GradCleared(position, "none", None, (change,)))
        except Exception as error:
            log.miss("zero_grad", error)

    def zero_grad(self, original: Callable[..., None], owner: Any, set_to_none: bool) -> None:
        """Menjalankan zero_grad sambil mencatat gradien yang hilang."""
        log = self.log
        leaves = [leaf for leaf in _parameters(owner) if leaf.grad is not None]
        before: list[Snapshot] = []
        try:
            log.flush()
            before = [log.content(leaf.grad) for leaf in leaves if leaf.grad is not None]
        except Exception as error:
            log.miss("zero_grad", error)
        stepping, log.stepping = log.stepping, 1
        try:
            original(owner, set_to_none)
        finally:
            log.stepping = stepping
        try:
            after = [None if leaf.grad is None else log.content(leaf.grad) for leaf in leaves]
            changes = [
                LeafChange(log.leaf(leaf), old, new) for leaf, old, new in zip(leaves, before, after, strict=True)
            ]
            log.events.append(GradCleared(log.position(), "zero_grad", type(owner).__name__, tuple(changes)))
        except Exception as error:
            log.miss("zero_grad", error)

    def before_step(self, optimizer: Any) -> None:
        """Mencatat parameter sebelum optimizer melangkah."""
        log = self.log
        log.stepping = 1
        try:
            log.flush()
            self.before = [
                (leaf, log.leaf_value(log.leaf(leaf), leaf)) for leaf in _parameters(optimizer) if leaf.requires_grad
            ]
        except Exception as error:
            log.miss("optimizer", error)

    def after_step(self, optimizer: Any) -> None:
        """Mencatat parameter sesudah optimizer melangkah."""
        log = self.log
        log.stepping = 0
        try:
            log.flush()
            changes = []
            for leaf, old in self.before:
                number = log.leaf(leaf)
                changes.append(LeafChange(number, old, log.leaf_value(number, leaf)))
            log.events.append(OptimizerStepped(log.position(), type(optimizer).__name__, tuple(changes)))
        except Exception as error:
            log.miss("optimizer", error)
        self.before = []

    def enter(self, module: torch.nn.Module) -> None:
        """Sebuah modul mulai dijalankan."""
        self.stack.append((self.log.module, self.log.entry))
        try:
            self._enter(module)
        except Exception as error:
            self.log.miss("module", error)

    def _enter(self, module: torch.nn.Module) -> None:
        known = self.paths.get(id(module))
        if known is None:
            known = self._root(module) if len(self.stack) == 1 else (self.log.module or (0, ""))
        log = self.log
        log.module = known
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code is not module_call:
            frame = frame.f_back
        log.entry = log.position(frame.f_back if frame is not None else None)

    def leave(self, _module: torch.nn.Module) -> None:
        """Sebuah modul selesai."""
        if self.stack:
            self.log.module, self.log.entry = self.stack.pop()

    def _root(self, module: torch.nn.Module) -> Module:
        index = len(self.roots)
        self.roots.append(module)
        for path, part in module.named_modules():
            self.paths.setdefault(id(part), (index, path))
        return self.paths[id(module)]

    def close(self, frame: FrameType) -> tuple[EventLog, SourceMap, Labels]:
        """Mencatat nama selagi tensornya masih ada, lalu melepas semuanya."""
        log = self.log
        labels = Labels({}, [])
        try:
            log.flush()
            names = Names(None, frame)
            names.cover([leaf for _, leaf in log.leaves.values()])
            known = {id(module): name for name, module in reversed(names.modules)}
            labels.roots.extend(known.get(id(root), type(root).__name__) for root in self.roots)
            parameters = {
                id(leaf): f"{label}.{path}" if len(self.roots) > 1 else path
                for root, label in zip(self.roots, labels.roots, strict=True)
                for path, leaf in root.named_parameters()
            }
            for number, leaf in log.leaves.values():
                log.nodes[number].name = names.of(leaf) or parameters.get(id(leaf))
            for (node, _), tensor in names.edges().items():
                found = log.by_number.get(sequence_number(node))
                if found is not None and log.nodes[found].name is None:
                    log.nodes[found].name = names.of(tensor)
            for reference, _, value in log.contents.values():
                constant = reference()
                if constant is not None:
                    labels.constants[id(value)] = names.of(constant)
        except Exception as error:
            log.miss("names", error)
        source_map = SourceMap([name for name, owned in log.user_code.user.items() if owned])
        log.close()
        self.roots.clear()
        self.paths.clear()
        self.before.clear()
        return log, source_map, labels


def _parameters(owner: Any) -> list[torch.Tensor]:
    if isinstance(owner, torch.nn.Module):
        return list(owner.parameters())
    return [leaf for group in owner.param_groups for leaf in group["params"]]
