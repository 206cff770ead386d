"""Tensor yang disimpan sebuah operasi untuk backward: nama, bentuk, dan keadaannya sekarang."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import torch

from autograd_viz.graph import Saved
from autograd_viz.slots import SLOTS
from autograd_viz.values import shape_of, text_of

CONFLICT = re.compile(r"is at version (\d+); expected version (\d+)")
PYTHON_NODE = torch.autograd.function.BackwardCFunction
PLAIN = (bool, int, float, complex, str, torch.dtype, torch.device, torch.layout, torch.memory_format)
LONGEST = 60


class Layout(NamedTuple):
    """What a node type may hold; found once per type, because dir() is the slow part of reading a node."""

    op: str
    tensors: tuple[tuple[str, str, str], ...] = ()  # (shown name, _raw_saved_ name, _saved_ name)
    plain: tuple[tuple[str, str], ...] = ()  # (shown name, _saved_ name)


class Content(NamedTuple):
    """What one node holds now; `tensors` keeps the live ones by name and must not outlive the trace."""

    saved: tuple[Saved, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    tensors: Mapping[str, torch.Tensor | None] = MappingProxyType({})


_layouts: dict[type, Layout] = {}


def layout_of(node: Any) -> Layout:
    """Susunan simpanan simpul ini, dari tipenya.

    >>> layout_of((torch.ones(2, requires_grad=True) * 2).grad_fn).op
    'MulBackward0'
    """
    kind = type(node)
    found = _layouts.get(kind)
    if found is not None:
        return found
    if issubclass(kind, PYTHON_NODE):  # not remembered: the table would keep the learner's class alive
        return Layout(kind.__name__)
    if kind.__name__ == "CppFunction":  # one Python type for every operation that has none of its own
        return Layout(node.name().rpartition("::")[2])
    members = dir(kind)
    raw = [name.removeprefix("_raw_saved_") for name in members if name.startswith("_raw_saved_")]
    fields = [name.removeprefix("_saved_") for name in members if name.startswith("_saved_")]
    sizes = {f"{name}_sym_sizes" for name in raw}
    plain = [name for name in fields if name not in raw and name not in sizes and not name.endswith("_strides")]
    slots = SLOTS.get(kind.__name__, ())
    raw.sort(key=lambda name: slots.index(name) if name in slots else len(slots))
    found = Layout(
        kind.__name__,
        tuple((name, f"_raw_saved_{name}", f"_saved_{name}") for name in raw),
        tuple((name.replace("_sym_", "_"), f"_saved_{name}") for name in plain),
    )
    _layouts[kind] = found
    return found


def read(node: Any, layout: Layout) -> Content:
    """Membaca simpanan satu simpul tanpa menjalankan hook dan tanpa menghitung ulang apa pun.

    >>> node = (torch.ones(2, requires_grad=True) ** 3).grad_fn
    >>> read(node, layout_of(node)).saved
    (Saved(name='self', state='alive', shape=(2,), dtype='float32', version=0, expected=0),)
    >>> read(node, layout_of(node)).attributes
    (('exponent', '3'),)
    """
    if isinstance(node, PYTHON_NODE):
        return _read_python(node)
    saved: list[Saved] = []
    tensors: dict[str, torch.Tensor | None] = {}
    for name, raw_name, value_name in layout.tensors:
        try:
            raw = getattr(node, raw_name)
        except RuntimeError:  # a list of tensors that has been freed
            saved.append(Saved(name, "freed"))
            tensors[name] = None
            continue
        if type(raw) is tuple:
            _read_list(node, name, raw, value_name, saved)
            continue
        if raw.unpack_hook is not None:  # unpacking could recompute (checkpoint) or load from disk
            saved.append(Saved(name, "hooked", sizes_of(node, name)))
            tensors[name] = None
            continue
        try:
            tensor = getattr(node, value_name)
        except RuntimeError as error:
            item = _broken(name, raw, str(error))
            saved.append(item if item.state == "changed" else item._replace(shape=sizes_of(node, name)))
            tensors[name] = raw.data
            continue
        if tensor is not None:
            saved.append(_alive(name, tensor))
            tensors[name] = tensor
    attributes = []
    for name, value_name in layout.plain:
        text = _plain_text(getattr(node, value_name, None))
        if text is not None:
            attributes.append((name, text))
    return Content(tuple(saved), tuple(attributes), tensors)


def sizes_of(node: Any, name: str) -> tuple[int, ...] | None:
    """Ukuran tensor simpanan yang dicatat terpisah, dan karena itu bertahan setelah tensornya dibebaskan.

    >>> a, b = torch.ones(2, 3), torch.ones(3, 4, requires_grad=True)
    >>> sizes_of((a @ b).grad_fn, "self")
    (2, 3)
    """
    sizes = getattr(node, f"_saved_{name}_sym_sizes", None)
    return sizes if type(sizes) is tuple and sizes and all(type(size) is int for size in sizes) else None


def _alive(name: str, tensor: torch.Tensor) -> Saved:
    try:
        version = tensor._version
    except RuntimeError:  # inference tensors keep no version
        version = None
    return Saved(name, "alive", shape_of(tensor), text_of(tensor.dtype), version, version)


def _broken(name: str, raw: Any, message: str) -> Saved:
    conflict = CONFLICT.search(message)
    if not conflict:
        return Saved(name, "freed")
    data = raw.data
    shape, dtype = (shape_of(data), text_of(data.dtype)) if isinstance(data, torch.Tensor) else (None, None)
    return Saved(name, "changed", shape, dtype, int(conflict[1]), int(conflict[2]))


def _read_list(node: Any, name: str, raws: tuple[Any, ...], value_name: str, saved: list[Saved]) -> None:
    """A list such as the indices of x[i, j]; its members can only be unpacked together."""
    hooked = any(raw.unpack_hook is not None for raw in raws)
    try:
        values = (None,) * len(raws) if hooked else getattr(node, value_name)
    except RuntimeError as error:
        saved.extend(_member(f"{name}[{i}]", raw, str(error)) for i, raw in enumerate(raws) if raw.data is not None)
        return
    for i, (raw, value) in enumerate(zip(raws, values, strict=True)):
        if raw.unpack_hook is not None:
            saved.append(Saved(f"{name}[{i}]", "hooked"))
        elif hooked and raw.data is not None:
            saved.append(_alive(f"{name}[{i}]", raw.data))
        elif value is not None:
            saved.append(_alive(f"{name}[{i}]", value))


def _member(name: str, raw: Any, message: str) -> Saved:
    """One tensor of a group that cannot be unpacked together: `message` says so of the first changed one only."""
    data = raw.data
    try:
        raw.unpack()
    except RuntimeError as error:
        if CONFLICT.search(str(error)):
            return _broken(name, raw, str(error))
        conflict = CONFLICT.search(message)  # an output of the node itself, which cannot be unpacked alone
        if conflict and isinstance(data, torch.Tensor) and data._version == int(conflict[1]):
            return _broken(name, raw, message)
    return _alive(name, data)


def _read_python(node: Any) -> Content:
    """A custom Function: what save_for_backward kept, and the plain values the learner put on ctx."""
    saved: list[Saved] = []
    try:
        raws = node._raw_saved_tensors or ()
    except RuntimeError:
        saved.append(Saved("saved_tensors", "freed"))
    else:
        for i, raw in enumerate(raws):
            name = f"saved_tensors[{i}]"
            if raw.unpack_hook is not None:
                saved.append(Saved(name, "hooked"))
            elif raw.data is not None:
                saved.append(_alive(name, raw.data))
        if saved and all(item.state == "alive" for item in saved):
            _mark_changed(node, raws, saved)
    items = getattr(node, "__dict__", {}).items()
    attributes = [(name, _plain_text(item)) for name, item in items if not name.startswith("_")]
    return Content(tuple(saved), tuple((name, text) for name, text in attributes if text is not None))


def _mark_changed(node: Any, raws: tuple[Any, ...], saved: list[Saved]) -> None:
    try:
        node.saved_tensors  # noqa: B018 - reading is the check: it compares the versions and runs nothing
    except RuntimeError as error:
        shown = [raw for raw in raws if raw.data is not None]
        message = str(error)
        saved[:] = [_member(item.name, raw, message) for item, raw in zip(saved, shown, strict=True)]


def _plain_text(value: Any) -> str | None:
    kind = type(value)
    if value is None:
        return None
    if kind in PLAIN:
        return _clip(_word(value))
    if kind in (tuple, list) and all(item is None or type(item) in PLAIN for item in value):
        return _clip("(" + ", ".join(map(_word, value)) + ")")
    return None


def _word(value: Any) -> str:
    if type(value) is int and value >= 2**63:  # autograd keeps dim=-1 as an unsigned number
        return str(value - 2**64)
    return str(value).removeprefix("torch.")


def _clip(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
