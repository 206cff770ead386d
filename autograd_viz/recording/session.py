"""Satu rekaman yang sedang berjalan: apa yang terjadi pada torch, diteruskan ke pita."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import torch

from autograd_viz.recording import backward as engine_room
from autograd_viz.recording.capture import Taken, take
from autograd_viz.recording.forward import Forward, inside_function
from autograd_viz.recording.places import Atlas
from autograd_viz.recording.tape import CALL, Tape
from autograd_viz.tracing.names import Names


class Session:
    """Pita, mode operasi, dan modul yang sedang dijalankan di satu utas."""

    def __init__(self, home: FrameType) -> None:
        self.tape = Tape(home)
        self.mode = Forward(self.tape)
        self.stack: list[Any] = []
        self.roots: list[torch.nn.Module] = []
        self.paths: dict[int, tuple[int, str]] = {}
        self.before: list[tuple[torch.Tensor, Taken]] = []

    def flush(self) -> None:
        """Mencatat hasil operasi terakhir."""
        try:
            self.tape.flush()
        except Exception:
            self.tape.trouble += 1

    def backward(self, engine: Callable[..., Any], roots: Any, args: Any, kwargs: Any) -> Any:
        """Menjalankan mesin backward sambil mencatatnya."""
        return engine_room.run(self.tape, self.mode, engine, roots, args, kwargs)

    def cut(self, source: torch.Tensor, result: torch.Tensor, how: str, frame: FrameType) -> None:
        """Mencatat bahwa pengguna memutus sebuah tensor dari grafnya."""
        tape = self.tape
        try:
            if not source.requires_grad or tape.running or not tape.ground.owns(frame) or inside_function():
                return
            tape.flush()
            node = source.grad_fn
            number = tape.leaf(source) if node is None else tape.number(node)
            tape.events.append(("cut", number, (frame.f_code, frame.f_lasti), how, take(result)))
        except Exception:
            tape.trouble += 1

    def replaced(self, leaf: torch.Tensor) -> None:
        """Pengguna memberi tensor isi lain lewat `x.data = ...`."""
        known = self.tape.leaves.get(id(leaf))
        if known is not None:
            self.tape.forget(known[0])

    def clear(self, leaf: torch.Tensor, frame: FrameType) -> None:
        """Mencatat `x.grad = None` yang ditulis pengguna."""
        tape = self.tape
        try:
            known = tape.leaves.get(id(leaf))
            if known is not None and leaf.grad is not None and tape.ground.owns(frame):
                tape.flush()
                spot = (frame.f_code, frame.f_lasti)
                tape.events.append(("zero_grad", spot, "None", [(known[0], tape.content(leaf.grad), None)]))
        except Exception:
            tape.trouble += 1

    def zero_grad(self, original: Callable[..., None], owner: Any, set_to_none: bool) -> None:
        """Menjalankan zero_grad sambil mencatat gradien yang hilang."""
        tape = self.tape
        leaves = [leaf for leaf in _parameters(owner) if leaf.grad is not None]
        before: list[Taken] = []
        try:
            tape.flush()
            before = [tape.content(leaf.grad) for leaf in leaves if leaf.grad is not None]
        except Exception:
            tape.trouble += 1
        stepping, tape.stepping = tape.stepping, 1
        try:
            original(owner, set_to_none)
        finally:
            tape.stepping = stepping
        try:
            after = [None if leaf.grad is None else tape.content(leaf.grad) for leaf in leaves]
            changes = [(tape.leaf(leaf), old, new) for leaf, old, new in zip(leaves, before, after, strict=True)]
            tape.events.append(("zero_grad", tape.spot(), type(owner).__name__, changes))
        except Exception:
            tape.trouble += 1

    def before_step(self, optimizer: Any) -> None:
        """Mencatat parameter sebelum optimizer melangkah."""
        tape = self.tape
        tape.stepping = 1
        try:
            tape.flush()
            self.before = [
                (leaf, tape.leaf_value(tape.leaf(leaf), leaf)) for leaf in _parameters(optimizer) if leaf.requires_grad
            ]
        except Exception:
            tape.trouble += 1

    def after_step(self, optimizer: Any) -> None:
        """Mencatat parameter sesudah optimizer melangkah."""
        tape = self.tape
        tape.stepping = 0
        try:
            tape.flush()
            changes = [(tape.leaf(leaf), old, tape.leaf_value(tape.leaf(leaf), leaf)) for leaf, old in self.before]
            tape.events.append(("optimizer", tape.spot(), type(optimizer).__name__, changes))
        except Exception:
            tape.trouble += 1
        self.before = []

    def enter(self, module: torch.nn.Module) -> None:
        """Sebuah modul mulai dijalankan."""
        self.stack.append((self.tape.module, self.tape.entry))
        try:
            self._enter(module)
        except Exception:
            self.tape.trouble += 1

    def _enter(self, module: torch.nn.Module) -> None:
        known = self.paths.get(id(module))
        if known is None:
            known = self._root(module) if len(self.stack) == 1 else (self.tape.module or (0, ""))
        tape = self.tape
        tape.module = known
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code is not CALL:
            frame = frame.f_back
        tape.entry = tape.spot(frame.f_back if frame is not None else None)

    def leave(self, _module: torch.nn.Module) -> None:
        """Sebuah modul selesai."""
        if self.stack:
            self.tape.module, self.tape.entry = self.stack.pop()

    def _root(self, module: torch.nn.Module) -> tuple[int, str]:
        index = len(self.roots)
        self.roots.append(module)
        for path, part in module.named_modules():
            self.paths.setdefault(id(part), (index, path))
        return self.paths[id(module)]

    def close(self, frame: FrameType) -> tuple[Tape, Atlas, dict[str, Any]]:
        """Mencatat nama selagi tensornya masih ada, lalu melepas semuanya."""
        tape = self.tape
        labels: dict[str, Any] = {"constants": {}, "roots": []}
        try:
            tape.flush()
            names = Names(None, frame)
            names.cover([leaf for _, leaf in tape.leaves.values()])
            known = {id(module): name for name, module in reversed(names.modules)}
            labels["roots"] = [known.get(id(root), type(root).__name__) for root in self.roots]
            parameters = {
                id(leaf): f"{label}.{path}" if len(self.roots) > 1 else path
                for root, label in zip(self.roots, labels["roots"], strict=True)
                for path, leaf in root.named_parameters()
            }
            for number, leaf in tape.leaves.values():
                tape.nodes[number].name = names.of(leaf) or parameters.get(id(leaf))
            for (node, _), tensor in names.edges().items():
                found = tape.by_number.get(node._sequence_nr())  # type: ignore[attr-defined]
                if found is not None and tape.nodes[found].name is None:
                    tape.nodes[found].name = names.of(tensor)
            for reference, _, taken in tape.fresh.values():
                constant = reference()
                if constant is not None:
                    labels["constants"][id(taken)] = names.of(constant)
        except Exception:
            tape.trouble += 1
        atlas = Atlas([name for name, owned in tape.ground.user.items() if owned])
        tape.close()
        self.roots.clear()
        self.paths.clear()
        self.before.clear()
        return tape, atlas, labels


def _parameters(owner: Any) -> list[torch.Tensor]:
    if isinstance(owner, torch.nn.Module):
        return list(owner.parameters())
    return [leaf for group in owner.param_groups for leaf in group["params"]]
