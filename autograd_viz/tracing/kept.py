"""Memori yang ditahan graf untuk backward: storage di balik setiap simpanan, masing-masing dengan satu nomor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import torch

from autograd_viz.graph import Kept
from autograd_viz.tracing import torch_internals as internal
from autograd_viz.tracing.checkpoint_internals import frame_of, inputs_of
from autograd_viz.tracing.saved import Layout
from autograd_viz.tracing.torch_internals import RAW

Key = tuple[str, int]
_NARROWER = {  # a number of Python, of the first type, gives way to a tensor of the second
    torch.float64: torch.zeros((), dtype=torch.float32),
    torch.int64: torch.zeros((), dtype=torch.int32),
    torch.complex128: torch.zeros((), dtype=torch.complex64),
}


class Storages:
    """Storage yang ditemukan selama satu pembacaan graf. Yang dimiliki `apart`, misalnya parameter, tidak dihitung:
    ia ada juga tanpa graf."""

    def __init__(self, apart: Iterable[torch.Tensor]) -> None:
        self.apart = {key for tensor in apart for key, _ in _storages(tensor)}
        self.known: dict[Key, Kept] = {}
        self.held: list[object] = []  # what was read stays alive, so that no place in memory is used twice
        self.unread = 0

    def of(self, node: Any, layout: Layout, ctx: bool = True) -> tuple[Kept, ...]:
        """Storage yang ditahan satu simpul, termasuk masukan sebuah checkpoint dan, dengan `ctx`, isi `ctx` Function.

        >>> from autograd_viz.tracing.saved import layout_of
        >>> node = torch.ones(3, requires_grad=True).exp().grad_fn
        >>> Storages(()).of(node, layout_of(node))
        (Kept(storage=0, size=12),)
        """
        found: dict[Kept, None] = {}
        for raw in raws_of(node, layout):
            tensors = list(tensors_in(raw.data))
            if not tensors and raw.unpack_hook is not None:
                inputs = inputs_of(frame_of(raw.unpack_hook))
                if not inputs:
                    found[self._number(("", self.unread), None)] = None
                    self.unread += 1
                tensors = [tensor for one in inputs for tensor in tensors_in(one)]
            found.update(dict.fromkeys(self._kept(tensors)))
        if ctx and layout.python:
            found.update(dict.fromkeys(self._kept(tensors_in(getattr(node, "__dict__", {})))))
        return tuple(found)

    def _kept(self, tensors: Iterable[torch.Tensor]) -> Iterator[Kept]:
        for tensor in tensors:
            self.held.append(tensor)
            if _is_number(tensor):
                continue
            for key, size in _storages(tensor):
                if key not in self.apart and size != 0:
                    yield self._number(key, size)

    def _number(self, key: Key, size: int | None) -> Kept:
        return self.known.setdefault(key, Kept(len(self.known), size))


def size_of(tensors: Iterable[torch.Tensor]) -> int | None:
    """Bita di balik tensor-tensor ini, memori yang sama dihitung sekali; None bila ada yang tidak diketahui.

    >>> x = torch.ones(3)
    >>> size_of([x, x[1:], torch.ones(2)])
    20
    """
    found = dict(key for tensor in tensors for key in _storages(tensor))
    return None if None in found.values() else sum(size or 0 for size in found.values())


def _is_number(tensor: torch.Tensor) -> bool:
    """Whether this is the 2 of `x * 2`: a number of the program, no tensor that anybody has made."""
    narrower = _NARROWER.get(tensor.dtype) if tensor.dim() == 0 and tensor.layout is torch.strided else None
    return narrower is not None and torch.result_type(tensor, narrower) != tensor.dtype


def raws_of(node: Any, layout: Layout) -> Iterator[Any]:
    """Penampung tensor simpanan sebuah simpul; yang sudah dibebaskan tidak ikut."""
    readers: list[Callable[[Any], Any]] = [attrgetter(f"{RAW}{name}") for name, _, _ in filter(None, layout.tensors)]
    if layout.python and internal.reads_saved():
        readers = [internal.saved_list_of]
    for read in readers:
        try:
            raw = read(node)
        except RuntimeError:  # a list that has been freed
            continue
        yield from raw if isinstance(raw, tuple) else () if raw is None else (raw,)


def tensors_in(thing: object) -> Iterator[torch.Tensor]:
    """Tensor di dalam hasil sebuah `pack_hook`, sebuah wadah, atau atribut sebuah `ctx`."""
    stack = [thing]
    while stack:
        one = stack.pop()
        if isinstance(one, torch.Tensor):
            yield one
        elif isinstance(one, Mapping):
            stack += reversed(list(one.values()))
        elif isinstance(one, (tuple, list)):
            stack += reversed(one)


def _storages(tensor: torch.Tensor) -> Iterator[tuple[Key, int | None]]:
    """The storages of a tensor, the whole of them: a view keeps all of what it looks into."""
    for part in _parts(tensor):
        try:
            storage = part.untyped_storage()
            size = storage.nbytes()
        except (RuntimeError, NotImplementedError):
            yield ("tensor", id(part)), None
            continue
        own = type(part).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__
        try:
            place = 0 if own else storage.data_ptr()
        except RuntimeError:  # a tensor that only says how large it would be
            place = 0
        yield (str(part.device), place) if place else ("tensor", id(part)), size


def _parts(tensor: torch.Tensor) -> list[torch.Tensor]:
    """What a sparse tensor is made of; any other tensor itself."""
    if tensor.layout is torch.sparse_coo and tensor.is_coalesced():
        return [tensor.indices(), tensor.values()]
    if tensor.layout is torch.sparse_csr:
        return [tensor.crow_indices(), tensor.col_indices(), tensor.values()]
    return [tensor]
