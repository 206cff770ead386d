"""Memori yang ditahan graf untuk backward: storage di balik setiap simpanan, masing-masing dengan satu nomor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import torch

from autograd_viz.graph import Kept
from autograd_viz.tracing import torch_internals as internal
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

    def of(self, node: Any, layout: Layout) -> tuple[Kept, ...]:
        """Storage yang ditahan satu simpul, termasuk tensor di `ctx` sebuah Function dan masukan sebuah checkpoint.

        >>> from autograd_viz.tracing.saved import layout_of
        >>> node = torch.ones(3, requires_grad=True).exp().grad_fn
        >>> Storages(()).of(node, layout_of(node))
        (Kept(storage=0, size=12),)
        """
        found: dict[Kept, None] = {}
        for raw in _raws(node, layout):
            tensors = list(_tensors(raw.data))
            if not tensors and raw.unpack_hook is not None:
                inputs = _checkpoint_inputs(raw.unpack_hook)
                if not inputs:
                    found[self._number(("", self.unread), None)] = None
                    self.unread += 1
                tensors = [tensor for one in inputs for tensor in _tensors(one)]
            found.update(dict.fromkeys(self._kept(tensors)))
        if layout.python:
            found.update(dict.fromkeys(self._kept(_tensors(getattr(node, "__dict__", {})))))
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


def _is_number(tensor: torch.Tensor) -> bool:
    """Whether this is the 2 of `x * 2`: a number of the program, no tensor that anybody has made."""
    narrower = _NARROWER.get(tensor.dtype) if tensor.dim() == 0 and tensor.layout is torch.strided else None
    return narrower is not None and torch.result_type(tensor, narrower) != tensor.dtype


def _raws(node: Any, layout: Layout) -> Iterator[Any]:
    """What holds the saved tensors of a node; of what has been freed, nothing."""
    readers: list[Callable[[Any], Any]] = [attrgetter(f"{RAW}{name}") for name, _, _ in filter(None, layout.tensors)]
    if layout.python and internal.reads_saved():
        readers = [internal.saved_list_of]
    for read in readers:
        try:
            raw = read(node)
        except RuntimeError:  # a list that has been freed
            continue
        yield from raw if isinstance(raw, tuple) else () if raw is None else (raw,)


def _checkpoint_inputs(hook: Any) -> list[object]:
    """What a checkpoint keeps of the inputs of its block, to compute it again; its unpack hook holds it."""
    found: list[object] = []
    for cell in getattr(hook, "__closure__", None) or ():
        try:
            frame = cell.cell_contents
        except ValueError:  # empty
            continue
        saver = getattr(frame, "input_saver", None)  # torch 2.10
        raws = internal.saved_list_of(saver.grad_fn) if saver is not None and internal.reads_saved() else None
        found += [raw.data for raw in raws or getattr(frame, "saved_args", None) or ()]
    return found


def _tensors(thing: object) -> Iterator[torch.Tensor]:
    """The tensors in what a pack hook has made, in a container, or in the attributes of a ctx."""
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
