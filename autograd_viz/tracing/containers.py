"""Isi wadah Python: kamus, daftar, tuple bernama, `dataclass`, dan objek biasa, dengan jalan ke setiap isinya."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count, islice
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, Literal, NamedTuple

import torch

from autograd_viz.tracing.torch_internals import children_of

_SIMPLE = (bool, int, float, complex, str, bytes, type(None), type(...))
_CLOSED = (torch.Tensor, torch.nn.Module, type, ModuleType, FunctionType, BuiltinFunctionType, MethodType)
MOST, DEEPEST = 5_000, 3  # what is looked at for a name, and how deep
_EMPTY: dict[str, Any] = {}
_VIEWS = (type(_EMPTY.values()), type(_EMPTY.items()), type(_EMPTY.keys()))


class Step(NamedTuple):
    """Satu langkah dari sebuah wadah ke isinya: indeks, kunci, atau atribut."""

    kind: Literal["index", "key", "attribute"]
    key: Any

    @property
    def code(self) -> str:
        """Langkah ini seperti ditulis dalam Python.

        >>> Step("key", "loss").code, Step("attribute", "loss").code, Step("index", 0).code
        ('["loss"]', '.loss', '[0]')
        """
        if self.kind == "attribute":
            return f".{self.key}"
        if isinstance(self.key, str):
            return f"[{self.key!r}]" if '"' in self.key else f'["{self.key}"]'
        return f"[{self.key!r}]" if isinstance(self.key, _SIMPLE) else f"[{type(self.key).__name__}]"


Path = tuple[Step, ...]


def parts(value: Any, most: int | None = None) -> list[tuple[Step, Any]] | None:
    """Isi satu wadah menurut urutannya, paling banyak `most`; None bila `value` bukan wadah.

    Tidak ada kode milik wadah itu yang dijalankan.

    >>> [(step.code, item) for step, item in parts({"a": 1, "b": [2]})]
    [('["a"]', 1), ('["b"]', [2])]
    """
    kind = type(value)
    if issubclass(kind, dict):
        return [(Step("key", key), item) for key, item in list(islice(dict.items(value), most))]
    if issubclass(kind, (list, deque)):
        items = list.__iter__(value) if issubclass(kind, list) else deque.__iter__(value)
        return [(Step("index", at), item) for at, item in enumerate(islice(items, most))]
    if issubclass(kind, tuple):
        names = _fields(kind)
        steps = [Step("attribute", name) for name in names] or map(partial(Step, "index"), count())
        return list(islice(zip(steps, tuple.__iter__(value), strict=False), most))
    if issubclass(kind, (*_SIMPLE, *_CLOSED)):
        return None
    found = attributes(value)
    return None if found is None else [(Step("attribute", name), item) for name, item in found.items()]


def _fields(kind: type) -> tuple[str, ...]:
    """The names of a named tuple, or of what torch.max and the like return."""
    if hasattr(kind, "n_sequence_fields"):
        return tuple(kind.__match_args__)  # type: ignore[attr-defined]
    names = getattr(kind, "_fields", ())
    return names if type(names) is tuple and all(type(name) is str for name in names) else ()


def attributes(value: Any) -> dict[str, Any] | None:
    """Atribut yang disimpan sebuah objek, tanpa yang diawali garis bawah; None bila ia tidak menyimpan apa pun."""
    found: dict[str, Any] = {}
    holds = False
    for kind in reversed(type(value).__mro__):
        for name, member in kind.__dict__.items():
            if name == "__dict__" and type(member) in (GetSetDescriptorType, MemberDescriptorType):
                holds = True
                found.update(member.__get__(value))
            elif type(member) is MemberDescriptorType and kind.__module__ != "builtins":  # __slots__
                holds = True
                try:
                    found[name] = member.__get__(value)
                except AttributeError:  # not filled yet
                    continue
    return {name: item for name, item in found.items() if not name.startswith("_")} if holds else None


def take_apart(value: Any, wanted: tuple[type, ...]) -> list[tuple[Path, Any]]:
    """Semua isi `value` yang berjenis `wanted`, sedalam apa pun, beserta jalannya, menurut urutannya.

    >>> w = torch.ones(2)
    >>> [(path[0].code, path[1].code) for path, _ in take_apart([{"kotak": w}, 3], (torch.Tensor,))]
    [('[0]', '["kotak"]')]
    """
    found: list[tuple[Path, Any]] = []
    open_now: list[tuple[Path, Any]] = [((), value)]
    opened: dict[int, Any] = {}  # holds them, so that no id is used again
    while open_now:
        path, item = open_now.pop()
        if issubclass(type(item), wanted):
            found.append((path, item))
        elif id(item) not in opened:
            opened[id(item)] = item
            inner = _opened(item) or []
            open_now += [((*path, step), part) for step, part in reversed(inner)]
    return found


def _opened(value: Any) -> list[tuple[Step, Any]] | None:
    """Like `parts`, but also what has to be asked for its contents; asked only of what the caller handed over.

    What can be called stays closed: a partial(f, x) stands for its result, not for the x that it holds.
    """
    if isinstance(value, _VIEWS):
        return [(Step("index", at), item) for at, item in enumerate(value)]
    if isinstance(value, Mapping) and not isinstance(value, dict):
        return [(Step("key", key), item) for key, item in value.items()]
    return None if callable(value) else parts(value)


def reachable(
    start: Mapping[str, Any], own: Callable[[type], bool], most: int = MOST, deepest: int = DEEPEST
) -> Iterator[tuple[str, Any]]:
    """Tensor dan modul di dalam wadah-wadah bernama `start`, dengan tulisan Python-nya, yang dangkal lebih dulu.

    `own(kelas)` mengatakan apakah atribut objek kelas itu boleh dilihat; paling banyak `most` isi, sedalam `deepest`.

    >>> [path for path, _ in reachable({"ws": [torch.ones(2)]}, lambda kind: True, 10, 2)]
    ['ws[0]']
    """
    waiting = deque((name, value, 1) for name, value in start.items())
    opened: dict[int, Any] = {}
    while waiting:
        path, value, depth = waiting.popleft()
        kind = type(value)
        if id(value) in opened or not (issubclass(kind, (dict, list, tuple, deque)) or own(kind)):
            continue
        opened[id(value)] = value
        for step, item in parts(value, most + 1) or ():
            most -= 1
            if most < 0:
                return
            if issubclass(type(item), (torch.Tensor, torch.nn.Module)):
                yield path + step.code, item
            elif depth < deepest:
                waiting.append((path + step.code, item, depth + 1))


def half_made(module: Any) -> bool:
    """Apakah `super().__init__()` modul ini belum dijalankan, sehingga belum ada yang dapat dibaca darinya.

    >>> half_made(torch.nn.ReLU()), half_made(torch.nn.ReLU.__new__(torch.nn.ReLU))
    (False, True)
    """
    try:
        children_of(module)
    except AttributeError:
        return True
    return False
