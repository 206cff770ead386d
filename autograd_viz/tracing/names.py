"""Nama tensor: dari `names=`, dari nn.Module, atau dari variabel pemanggil."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

import torch

from autograd_viz.tracing.torch_internals import COMPILED, buffers_of, children_of, parameters_of

Scope = Mapping[str, object] | FrameType | None
NamesArgument = Mapping[str, torch.Tensor | torch.nn.Module] | torch.nn.Module | None
Members = list[tuple[str, torch.Tensor]]

INLINE = ("<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")
OPTIMIZED, OLD_LOCALS = 0x01, sys.version_info < (3, 13)


class Names:
    """Nama semua tensor yang dikenal, dicari menurut identitas.

    `parameters` dan `owners` diisi dari modul: nama lengkap dan jalur modul setiap parameter dan buffer.
    Objek ini memegang tensor, jadi ia tidak boleh hidup lebih lama daripada satu pemanggilan `trace`.
    """

    def __init__(self, names: NamesArgument, scope: Scope) -> None:
        self.given: dict[int, str] = {}
        self.parameters: dict[int, str] = {}
        self.owners: dict[int, str | None] = {}
        self.variables: dict[int, str] = {}
        self.tensors: list[torch.Tensor] = []
        self.modules: list[tuple[str, torch.nn.Module]] = []
        self.held: list[Members] = []  # keeps every id in `parameters` taken
        for name, item in _given_items(names):
            if isinstance(item, torch.nn.Module):
                self._add(members(submodules(item)), f"{name}." if isinstance(names, Mapping) else "")
            else:
                self.given.setdefault(id(item), name)
                self.tensors.append(item)
        taken = set(self.given.values()) | set(self.parameters.values())
        for name, value in variables(scope).items():
            kind = type(value)
            if issubclass(kind, torch.nn.Module):
                self.modules.append((name, value))
            elif issubclass(kind, torch.Tensor) and name not in taken:
                self.variables.setdefault(id(value), name)
                self.tensors.append(value)

    def of(self, tensor: torch.Tensor) -> str | None:
        """Nama satu tensor; None bila tidak ada yang menamainya."""
        key = id(tensor)
        return self.given.get(key) or self.parameters.get(key) or self.variables.get(key)

    def cover(self, leaves: Iterable[torch.Tensor]) -> None:
        """Menamai parameter dari modul di antara variabel pemanggil, sejauh modul itu memiliki daun graf ini.

        Bila hanya satu modul yang memilikinya, namanya `linear1.weight`; bila beberapa, nama variabel modul
        mendahuluinya: `encoder.linear1.weight`.
        """
        wanted = {id(leaf) for leaf in leaves} - self.parameters.keys()
        if not wanted or not self.modules:
            return
        covering: dict[int, tuple[str, Members]] = {}
        inner: set[int] = set()
        for name, module in self.modules:
            if id(module) in covering:
                continue
            parts = submodules(module)
            held = members(parts)
            if not wanted.isdisjoint([id(tensor) for _, tensor in held]):
                covering[id(module)] = (name, held)
                inner.update([id(part) for _, part in parts[1:]])
        outer = [item for key, item in covering.items() if key not in inner]
        for name, held in outer:
            self._add(held, f"{name}." if len(outer) > 1 else "")

    def edges(self) -> dict[tuple[object, int], torch.Tensor]:
        """Tensor bernama yang bukan daun, menurut simpul dan nomor keluarannya; yang lebih dulu menang."""
        found: dict[tuple[object, int], torch.Tensor] = {}
        for tensor in self.tensors:
            try:
                node = tensor.grad_fn
            except RuntimeError:  # a view whose base was overwritten no longer has a place in the graph
                continue
            if node is not None:
                found.setdefault((node, tensor.output_nr), tensor)
        return found

    def _add(self, held: Members, prefix: str) -> None:
        parameters, owners = self.parameters, self.owners
        for path, tensor in held:
            full = prefix + path.replace(COMPILED, "")
            owner = full.rpartition(".")[0] or None
            key = id(tensor)
            if parameters.setdefault(key, full) == full:
                owners[key] = owner
            elif owners[key] != owner:
                owners[key] = None  # tied weights belong to no single module
        self.held.append(held)


def variables(scope: Scope) -> dict[str, Any]:
    """Variabel yang terlihat dari `scope`: lokal, lalu global; yang diawali garis bawah dilewati.

    >>> variables({"w": 1, "_hasil": 2})
    {'w': 1}
    """
    if scope is None:
        return {}
    if not isinstance(scope, FrameType):
        return {name: value for name, value in scope.items() if not name.startswith("_")}
    spaces: list[Mapping[str, Any]] = []
    frame: FrameType | None = scope
    while frame is not None:
        spaces.append(_locals(frame))
        frame = frame.f_back if frame.f_code.co_name in INLINE else None
    found: dict[str, Any] = {}
    for space in (*spaces, scope.f_globals):
        for name, value in space.items():
            if not name.startswith(("_", "@", ".")):  # pytest and comprehensions keep values under @… and .0
                found.setdefault(name, value)
    return found


def _locals(frame: FrameType) -> dict[str, Any]:
    """The local variables, without leaving them behind.

    Up to Python 3.12 a function's frame keeps the dict that f_locals returns, so a tensor would live on after the
    caller's `del`. It is emptied unless somebody else holds it too (three references: frame, this name, the call).
    """
    seen = frame.f_locals
    copy = dict(seen)
    if OLD_LOCALS and frame.f_code.co_flags & OPTIMIZED and sys.getrefcount(seen) <= 3:
        seen.clear()
    return copy


def submodules(module: torch.nn.Module) -> list[tuple[str, torch.nn.Module]]:
    """Jalur dan isi sebuah modul beserta semua modul di dalamnya, urut menurut pendaftarannya.

    >>> [path for path, _ in submodules(torch.nn.Sequential(torch.nn.ReLU(), torch.nn.Tanh()))]
    ['', '0.', '1.']
    """
    found = []
    stack = [("", module)]
    while stack:
        path, part = stack.pop()
        found.append((path, part))
        children = children_of(part)
        if children:
            inner = [(f"{path}{name}.", child) for name, child in children.items() if child is not None]
            stack += reversed(inner)
    return found


def members(parts: list[tuple[str, torch.nn.Module]]) -> Members:
    """Jalur dan isi semua parameter dan buffer; yang dipakai bersama muncul di setiap jalurnya.

    >>> [path for path, _ in members(submodules(torch.nn.Sequential(torch.nn.Linear(2, 1))))]
    ['0.weight', '0.bias']
    """
    found: Members = []
    for path, part in parts:
        for group in (parameters_of(part), buffers_of(part)):
            for name, tensor in group.items():
                if tensor is not None:
                    found.append((path + name, tensor))
    return found


def _given_items(names: NamesArgument) -> list[tuple[str, Any]]:
    if names is None:
        return []
    if isinstance(names, torch.nn.Module):
        return [("", names)]
    if not isinstance(names, Mapping):
        raise TypeError(
            f"names= bertipe {type(names).__name__}. Yang diterima: kamus nama → tensor, kamus nama → nn.Module, "
            'atau satu nn.Module. Tulis misalnya names={"w": w} atau names=model.'
        )
    for name, item in names.items():
        if not isinstance(name, str):
            raise TypeError(
                f"Kunci {name!r} pada names= bertipe {type(name).__name__}. Kuncinya adalah nama yang ditampilkan, "
                'jadi harus teks. Tulis misalnya names={"w": w}.'
            )
        if not isinstance(item, (torch.Tensor, torch.nn.Module)):
            raise TypeError(
                f"names[{name!r}] bertipe {type(item).__name__}. Isinya harus tensor atau nn.Module, "
                'misalnya names={"w": w}.'
            )
    return list(names.items())
