"""Tensor yang disimpan sebuah operasi untuk backward: nama, bentuk, dan keadaannya sekarang."""

from __future__ import annotations

from functools import lru_cache, partial
from operator import attrgetter
from typing import Any, NamedTuple

import torch

from autograd_viz.graph import Saved
from autograd_viz.tracing import torch_internals as internal
from autograd_viz.tracing.saved_lists import CONFLICT, alive, read_members
from autograd_viz.tracing.slots import SLOTS
from autograd_viz.tracing.torch_internals import HOOK, RAW, SAVED, saved_facts
from autograd_viz.tracing.values import SHAPES, TEXTS, shape_of

PYTHON_NODE = torch.autograd.function.BackwardCFunction
WORDS = {bool, int, float, complex, str, torch.dtype, torch.device, torch.layout, torch.memory_format}
LONGEST = 60

new_saved: Any = partial(tuple.__new__, Saved)  # without defaults; a graph holds thousands


class Layout(NamedTuple):
    """What a node type may hold; found once per type, because dir() is the slow part of reading a node."""

    op: str
    slots: tuple[str, ...] = ()  # the saved name of each input slot, where it is known
    tensors: tuple[Any, ...] = ()  # (name, how to read its unpack hook, how to read the tensor)
    plain: tuple[Any, ...] = ()  # (shown name, _saved_ name)
    python: bool = False  # a custom Function


PYTHON = ((),)  # present, but read in its own way
layouts: dict[type, Layout] = {}


def layout_of(node: Any) -> Layout:
    """Susunan simpanan simpul ini, dari tipenya.

    >>> layout_of((torch.ones(2, requires_grad=True) * 2).grad_fn).op
    'MulBackward0'
    """
    kind = type(node)
    found = layouts.get(kind)
    if found is not None:
        return found
    if issubclass(kind, PYTHON_NODE):  # not remembered: the table would keep the learner's class alive
        return Layout(kind.__name__, tensors=PYTHON, plain=PYTHON, python=True)
    if kind.__name__ == "CppFunction":  # one Python type for every operation that has none of its own
        return Layout(node.name().rpartition("::")[2])
    members = dir(kind) if internal.reads_saved() else []
    slots = SLOTS.get(kind.__name__, ())
    raw = [name.removeprefix(RAW) for name in members if name.startswith(RAW)]
    raw.sort(key=lambda name: slots.index(name) if name in slots else len(slots))
    sizes = {f"{name}{internal.SIZES}" for name in raw}
    fields = [name.removeprefix(SAVED) for name in members if name.startswith(SAVED)]
    plain = [name for name in fields if name not in raw and name not in sizes and not name.endswith(internal.STRIDES)]
    found = layouts[kind] = Layout(
        kind.__name__,
        slots,
        tuple((name, attrgetter(f"{RAW}{name}.{HOOK}"), attrgetter(f"{SAVED}{name}")) for name in raw),
        tuple((name.replace(internal.SYMBOLIC, "_"), f"{SAVED}{name}") for name in plain),
    )
    return found


def read_saved(node: Any, layout: Layout) -> tuple[Saved, ...]:
    """Tensor simpanan satu simpul, dibaca tanpa menjalankan hook dan tanpa menghitung ulang apa pun.

    >>> node = (torch.ones(2, requires_grad=True) ** 3).grad_fn
    >>> read_saved(node, layout_of(node))
    (Saved(name='self', state='alive', shape=(2,), dtype='float32', version=0, expected=0),)
    """
    if layout.python:
        return tuple(_read_python(node))
    found: list[Saved] = []
    for name, hook_of, tensor_of in layout.tensors:
        try:  # the usual case, as directly as possible
            if hook_of(node) is None:
                tensor = tensor_of(node)
                if tensor is not None:
                    size, dtype, version = saved_facts(tensor)
                    found.append(new_saved((name, "alive", SHAPES[size], TEXTS[dtype], version, version)))
                continue
        except (RuntimeError, TypeError, AttributeError):
            pass
        found += _read_carefully(node, name)
    return tuple(found)


def read_plain(node: Any, layout: Layout) -> tuple[tuple[str, str], ...]:
    """Simpanan satu simpul yang bukan tensor, sebagai teks: pangkat, dimensi, atau isi `ctx` sebuah Function.

    >>> node = (torch.ones(2, requires_grad=True) ** 3).grad_fn
    >>> read_plain(node, layout_of(node))
    (('exponent', '3'),)
    """
    found = []
    if layout.python:
        for name, item in getattr(node, "__dict__", {}).items():
            if _tellable(item) and not name.startswith("_"):
                found.append((name, _text(item)))
        return tuple(found)
    for name, value_name in layout.plain:
        value: Any = getattr(node, value_name, None)
        kind = type(value)
        if kind is int or kind is bool:
            found.append((name, _counted(value)))
        elif kind is tuple and all([type(item) is int for item in value]):
            found.append((name, _listed(value)))
        elif value is not None and _tellable(value):
            found.append((name, _text(value)))
    return tuple(found)


def read_tensor(node: Any, name: str) -> torch.Tensor | None:
    """Tensor simpanan bernama `name`; None bila sudah dibebaskan, di balik hook, atau memang tidak disimpan.

    >>> x = torch.ones(2)
    >>> read_tensor((torch.ones(2, requires_grad=True) * x).grad_fn, "other") is x
    True
    """
    raw = getattr(node, f"{RAW}{name}")
    if raw.unpack_hook is not None:
        return None
    tensor: torch.Tensor | None = raw.data  # without the version check: a changed tensor is still a tensor
    return tensor


def index_tensors(node: Any) -> list[torch.Tensor | None]:
    """Tensor indeks sebuah `x[…]` menurut tempatnya, None untuk `:`; kosong bila tidak dapat dibaca.

    >>> index_tensors(torch.ones(2, 3, requires_grad=True)[:, [0, 2]].grad_fn)
    [None, tensor([0, 2])]
    """
    try:
        raws = getattr(node, f"{RAW}indices", ())
        return [] if any(getattr(raw, HOOK) is not None for raw in raws) else [raw.data for raw in raws]
    except RuntimeError:  # freed
        return []


def sizes_of(node: Any, name: str) -> tuple[int, ...] | None:
    """Ukuran tensor simpanan yang dicatat terpisah, dan karena itu bertahan setelah tensornya dibebaskan.

    >>> a, b = torch.ones(2, 3), torch.ones(3, 4, requires_grad=True)
    >>> sizes_of((a @ b).grad_fn, "self")
    (2, 3)
    """
    sizes = getattr(node, f"{SAVED}{name}{internal.SIZES}", None) if internal.reads_sizes() else None
    return sizes if type(sizes) is tuple and sizes and all(type(size) is int for size in sizes) else None


def _read_carefully(node: Any, name: str) -> list[Saved]:
    """A tensor that is behind a hook, freed, changed, ragged, or a list of tensors."""
    sizes = sizes_of(node, name)
    try:
        raw = getattr(node, f"{RAW}{name}")
    except RuntimeError:  # a list of tensors that has been freed
        return [Saved(name, "freed", sizes)]
    if type(raw) is tuple:
        return read_members(name, raw, lambda: getattr(node, f"{SAVED}{name}"))
    if raw.unpack_hook is not None:  # unpacking could recompute (checkpoint) or load from disk
        return [Saved(name, "hooked", sizes)]
    try:
        return [alive(name, getattr(node, f"{SAVED}{name}"))]
    except RuntimeError as error:
        return [_broken(name, raw, str(error), sizes)]


def _broken(name: str, raw: Any, message: str, shape: tuple[int, ...] | None = None) -> Saved:
    conflict = CONFLICT.search(message)
    if not conflict:
        return Saved(name, "freed", shape)
    data = raw.data
    dtype = None
    if isinstance(data, torch.Tensor):
        shape, dtype = shape_of(data), TEXTS[data.dtype]
    return Saved(name, "changed", shape, dtype, int(conflict[1]), int(conflict[2]))


def _read_python(node: Any) -> list[Saved]:
    """What save_for_backward of a custom Function kept."""
    try:
        raws = internal.saved_list_of(node) or () if internal.reads_saved() else ()
    except RuntimeError:
        return [Saved("saved_tensors", "freed")]
    return read_members("saved_tensors", raws, lambda: node.saved_tensors)


def _tellable(value: Any) -> bool:
    kind = type(value)
    if kind is tuple or kind is list:
        for item in value:
            if item is not None and type(item) not in WORDS:
                return False
        return True
    return kind in WORDS


def _text(value: Any) -> str:
    kind = type(value)
    text = f"({', '.join(map(_word, value))})" if kind is tuple or kind is list else _word(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _word(value: Any) -> str:
    kind = type(value)
    return _counted(value) if kind is int or kind is bool else str(value).removeprefix("torch.")


@lru_cache(maxsize=4096)
def _listed(value: tuple[int, ...]) -> str:
    return _text(value)


@lru_cache(maxsize=4096, typed=True)  # True and 1 are equal, but not written alike
def _counted(value: int) -> str:
    return str(value - 2**64 if value >= 2**63 else value)  # autograd keeps dim=-1 as an unsigned number
