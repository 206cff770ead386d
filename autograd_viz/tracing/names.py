"""Nama tensor: dari `names=`, dari nn.Module, atau dari variabel pemanggil."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from types import SimpleNamespace
from typing import Any

import torch

from autograd_viz.graph import Outside
from autograd_viz.library_code import is_library_class
from autograd_viz.tracing.containers import reachable
from autograd_viz.tracing.scope import Scope, variables
from autograd_viz.tracing.torch_internals import COMPILED, buffers_of, children_of, parameters_of

NamesArgument = Mapping[str, torch.Tensor | torch.nn.Module] | torch.nn.Module | None
Members = list[tuple[str, torch.Tensor]]

HISTORY = ("In", "Out")  # what IPython keeps of all cells; no name that anybody has given


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
        self.paths: dict[int, str] = {}  # what no variable holds itself: ws[0], outputs named by their key
        self.tensors: list[torch.Tensor] = []
        self.modules: list[tuple[str, torch.nn.Module]] = []
        self.held: list[Members] = []  # keeps every id in `parameters` taken
        self.root: str | None = None  # the variable of the module whose own name its parameters do not bear
        for name, item in given_items(names):
            if isinstance(item, torch.nn.Module):
                self._add(members(submodules(item)), f"{name}." if isinstance(names, Mapping) else "")
            else:
                self.given.setdefault(id(item), name)
                self.tensors.append(item)
        self.scope = variables(scope)
        for name, value in self.scope.items():
            kind = type(value)
            if issubclass(kind, torch.nn.Module):
                self.modules.append((name, value))
                self.root = self.root or (name if value is names else None)
            elif issubclass(kind, torch.Tensor):
                self.variables.setdefault(id(value), name)
                self.tensors.append(value)

    def of(self, tensor: torch.Tensor) -> str | None:
        """Nama satu tensor; None bila tidak ada yang menamainya."""
        return self.held_by(tensor) or self.paths.get(id(tensor))

    def held_by(self, tensor: torch.Tensor) -> str | None:
        """Nama dari variabel atau modul yang memegang tensor ini sendiri, bukan dari wadah yang memuatnya."""
        key = id(tensor)
        return self.given.get(key) or self.parameters.get(key) or self.variables.get(key)

    def known(self) -> list[torch.Tensor]:
        """Tensor bernama dan parameter modul-modul di antara variabel pemanggil."""
        return [*self.tensors, *self.of_modules()]

    def of_modules(self) -> list[torch.Tensor]:
        """Parameter dan buffer semua modul yang dikenal, juga yang dibekukan."""
        held = [tensor for _, module in self.modules for _, tensor in members(submodules(module))]
        return [*(tensor for group in self.held for _, tensor in group), *held]

    def holder(self, container: object) -> str | None:
        """Nama variabel yang memegang sebuah wadah; None bila tidak ada."""
        return next((name for name, value in self.scope.items() if value is container), None)

    def taken(self, name: str, tensor: torch.Tensor) -> bool:
        """Apakah variabel bernama `name` memegang tensor lain."""
        value = self.scope.get(name, tensor)
        return issubclass(type(value), torch.Tensor) and value is not tensor

    def cover(self, tensors: Iterable[torch.Tensor]) -> None:
        """Menamai daun dan keluaran graf ini menurut modul dan wadah di antara variabel pemanggil.

        Bila hanya satu modul yang memiliki daun graf ini, namanya `linear1.weight`; bila beberapa, atau bila nama itu
        dipakai variabel lain, nama variabel modul mendahuluinya: `encoder.linear1.weight`. Isi wadah bernama `ws[0]`.
        """
        wanted = {id(tensor): tensor for tensor in tensors if id(tensor) not in self.parameters}
        if wanted and self.modules:
            self._cover_by_modules(wanted.keys())
        unnamed = {key for key, tensor in wanted.items() if self.of(tensor) is None}
        if unnamed and self.scope:
            self._cover_by_containers(unnamed)

    def _cover_by_modules(self, wanted: Set[int]) -> None:
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
            told_apart = len(outer) > 1 or any(self.taken(path, tensor) for path, tensor in held)
            self._add(held, f"{name}." if told_apart else "")
            self.root = self.root if told_apart else name

    def _cover_by_containers(self, unnamed: set[int]) -> None:
        start = {name: value for name, value in self.scope.items() if name not in HISTORY}
        for path, item in reachable(start, _is_open):
            if not unnamed:
                break
            if isinstance(item, torch.Tensor):
                if id(item) in unnamed:
                    unnamed.discard(id(item))
                    self.paths[id(item)] = path
                continue
            held = members(submodules(item))
            if not unnamed.isdisjoint([id(tensor) for _, tensor in held]):
                unnamed.difference_update([id(tensor) for _, tensor in held])
                self._add(held, f"{path}.")

    def outside(self, leaves: Set[int]) -> tuple[Outside, ...]:
        """Parameter modul-modul yang menamai graf ini, selain yang tensornya ada di `leaves` (menurut identitas)."""
        found = {
            key: Outside(self.parameters[key], not tensor.requires_grad)
            for group in self.held
            for _, tensor in group
            if isinstance(tensor, torch.nn.Parameter) and (key := id(tensor)) not in leaves
        }
        return tuple(found.values())

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


def _is_open(kind: type) -> bool:
    """Whether what objects of this class hold may be looked at for a name: those of the learner's own classes."""
    return kind is SimpleNamespace or not is_library_class(kind)


def common_module(owners: list[str | None]) -> str | None:
    """Modul terdalam yang memiliki semua parameter sebuah simpul; None bila tidak ada.

    >>> common_module(["blok.attn", "blok.mlp"])
    'blok'
    """
    first = owners[0]
    if owners.count(first) == len(owners):
        return first
    if None in owners:
        return None
    paths = [owner.split(".") for owner in owners if owner is not None]
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return ".".join(shared) or None


def told_apart(names: Iterable[str]) -> list[str]:
    """Nama-nama yang sama dibedakan dengan nomor, mulai dari yang kedua.

    >>> told_apart(["w", "b", "w"])
    ['w', 'b', 'w (2)']
    """
    bearers: Counter[str] = Counter()
    found = []
    for name in names:
        bearers[name] += 1
        found.append(name if bearers[name] == 1 else f"{name} ({bearers[name]})")
    return found


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
        inner = [(f"{path}{name}.", child) for name, child in (children_of(part) or {}).items() if child is not None]
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


def given_items(names: NamesArgument) -> list[tuple[str, Any]]:
    """Isi `names=`; sebuah modul tanpa kamus bernama "".

    Galat: TypeError bila jenisnya keliru.
    """
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
