"""Modul yang sedang dijalankan: jalurnya di dalam modul terluar, dan baris pengguna yang memanggilnya."""

from __future__ import annotations

import sys
import weakref
from types import FrameType
from typing import Any

import torch

from autograd_viz.capturing.node_record import Module
from autograd_viz.capturing.observations import see_module
from autograd_viz.capturing.observer import Observer
from autograd_viz.tracing.names import members, submodules
from autograd_viz.tracing.scope import name_in
from autograd_viz.tracing.torch_internals import module_call


class ModuleCalls:
    """Modul-modul yang sedang dijalankan di satu utas, dari yang terluar."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.stack: list[Any] = []
        self.roots: list[torch.nn.Module] = []
        self.names: list[str | None] = []  # what the calling code calls each of them
        self.paths: dict[int, Module] = {}
        self.former: list[tuple[int, str, weakref.ref[torch.Tensor]]] = []  # what each held when it was first called

    def share(self, other: ModuleCalls) -> None:
        """Memakai daftar modul terluar yang sama dengan utas lain."""
        self.roots, self.names, self.paths = other.roots, other.names, other.paths
        self.former = other.former

    def enter(self, module: torch.nn.Module) -> None:
        """Sebuah modul mulai dijalankan."""
        self.stack.append((self.observer.module, self.observer.entry, self.observer.entry_frame))
        if self.observer.recomputing:  # a second time; the film tells it as one event
            return
        try:
            self._enter(module)
        except Exception as error:
            self.observer.miss("module", error)

    def _enter(self, module: torch.nn.Module) -> None:
        known = self.paths.get(id(module))
        new = known is None and len(self.stack) == 1
        if known is None:
            known = self._root(module) if new else (self.observer.module or (0, ""))
        observer = self.observer
        observer.module = known
        frame: FrameType | None = sys._getframe(3)  # above this, `enter`, and the hook
        while frame is not None and frame.f_code is not module_call:
            frame = frame.f_back
        observer.entry = observer.position(frame.f_back if frame is not None else None)
        observer.entry_frame = observer.frame
        if len(self.stack) == 1:
            see_module(observer, known[0], module.training)
        if new:
            self.names[known[0]] = name_in(observer.frame, module)

    def leave(self) -> None:
        """Sebuah modul selesai."""
        if self.stack:
            self.observer.module, self.observer.entry, self.observer.entry_frame = self.stack.pop()

    def _root(self, module: torch.nn.Module) -> Module:
        with self.observer.log.lock:
            index = len(self.roots)
            self.roots.append(module)
            self.names.append(None)
            parts = submodules(module)
            for path, part in parts:
                self.paths.setdefault(id(part), (index, path.removesuffix(".")))
            held = [(path, one) for path, one in members(parts) if isinstance(one, torch.nn.Parameter)]
            self.former += [(index, path, weakref.ref(one)) for path, one in held]
        return self.paths[id(module)]

    def clear(self) -> None:
        """Melepas semua modul."""
        self.stack.clear()
        self.roots.clear()
        self.names.clear()
        self.paths.clear()
        self.former.clear()
