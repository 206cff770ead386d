"""Isi tensor menjadi angka biasa: semuanya bila sedikit, ringkasannya bila banyak."""

from __future__ import annotations

import math

import torch

from autograd_viz.contents import LISTED, from_list
from autograd_viz.graph import RAGGED, Value
from autograd_viz.tracing.cuda_work import readable_now
from autograd_viz.tracing.torch_internals import has_storage, hidden_from_functions, hidden_from_modes

SUMMARISED = 65_536
REMEMBERED = 10_000
PIECE = 1 << 20


def summarize(tensor: torch.Tensor, norm: bool = False) -> Value:
    """Mencatat isi satu tensor tanpa menyentuh graf, versi, maupun gradiennya.

    Sampai 64 unsur: semua angkanya. Sampai 65.536 unsur: ringkasannya, dihitung atas unsur yang terhingga.
    Di atas itu, dan untuk tensor yang angkanya tidak dapat dibaca (sparse, nested, meta): bentuknya saja; dengan
    `norm=True` juga normanya, bila angkanya dapat dibaca.

    >>> summarize(torch.tensor([3.0, -4.0])).numbers
    (3.0, -4.0)
    >>> summarize(torch.tensor([3.0, -4.0])).norm
    5.0
    """
    with hidden_from_functions(), hidden_from_modes(), torch.no_grad():
        return contents(tensor, norm)


def contents(tensor: torch.Tensor, norm: bool = False) -> Value:
    """Seperti `summarize`, di tempat yang mode dan grafnya sudah dipadamkan untuk banyak tensor sekaligus."""
    bare = Value(shape_of(tensor) or (), TEXTS[tensor.dtype])
    try:
        found = _read(tensor, bare)
        return _with_norm(tensor, found) if norm and found.norm is None and found.finite else found
    except (RuntimeError, NotImplementedError, TypeError, ValueError):
        return bare


class _Shapes(dict[tuple[int, ...], tuple[int, ...] | None]):
    """Every shape once, as a plain tuple; None for a shape that is not made of integers (ragged, symbolic)."""

    def __missing__(self, size: tuple[int, ...]) -> tuple[int, ...] | None:
        if not all(type(length) is int for length in size):
            return None
        if len(self) >= REMEMBERED:
            self.clear()
        return self.setdefault(tuple(size), tuple(size))


class _Texts(dict[torch.dtype | torch.device, str]):
    """How a dtype or a device is written."""

    def __missing__(self, item: torch.dtype | torch.device) -> str:
        return self.setdefault(item, str(item).removeprefix("torch."))


SHAPES, TEXTS = _Shapes(), _Texts()


def shape_of(thing: object) -> tuple[int, ...] | None:
    """Bentuk sebuah tensor (atau catatan keluaran autograd); None bila tidak berupa bilangan bulat.

    Panjang yang berbeda-beda di dalam tensor nested adalah −1.

    >>> shape_of(torch.ones(2, 3))
    (2, 3)
    """
    try:
        found = SHAPES[tuple(thing.shape)]  # type: ignore[attr-defined]
    except (RuntimeError, AttributeError, TypeError):  # a C++ nested tensor has no shape, a symbolic one no hash
        found = None
    return _ragged_shape(thing) if found is None else found


def _ragged_shape(thing: object) -> tuple[int, ...] | None:
    if not isinstance(thing, torch.Tensor) or not thing.is_nested:
        return None
    lengths: list[object] = []
    for dimension in range(thing.dim()):
        try:
            lengths.append(thing.size(dimension))
        except RuntimeError:  # irregular, in the strided layout; in the jagged one it is symbolic
            lengths.append(None)
    return tuple([length if type(length) is int else RAGGED for length in lengths])


def nested_numbers(tensor: torch.Tensor) -> torch.Tensor:
    """Semua angka sebuah tensor nested (strided), bagian demi bagian; dipanggil di tempat graf dan mode dipadamkan."""
    return torch.cat([part.reshape(-1) for part in tensor.detach().unbind()])


def _read(tensor: torch.Tensor, bare: Value) -> Value:
    if tensor.is_nested and not has_own_dispatch(type(tensor)):
        return _read(nested_numbers(tensor), bare)._replace(numbers=None)  # no rows to write them in
    if not _readable(tensor):
        return bare
    count = tensor.numel()
    if count > SUMMARISED:
        return bare
    plain = tensor.detach()
    if count <= LISTED:
        return from_list(bare, plain.resolve_conj().resolve_neg().reshape(-1).tolist())
    wide = plain.to(torch.complex128 if plain.is_complex() else torch.float64).reshape(-1)
    if not plain.is_complex():  # the usual case in as few steps as possible: NaN and Inf reach every one of these
        ends = torch.aminmax(wide)
        facts = torch.stack((*ends, wide.mean(), torch.linalg.vector_norm(wide))).tolist()
        if all(map(math.isfinite, facts)):
            return bare._replace(low=facts[0], high=facts[1], mean=facts[2], norm=facts[3])
    kept = wide[torch.isfinite(wide)]
    finite = kept.numel() == count
    if not kept.numel():
        return bare._replace(finite=False)
    norm = float(kept.abs().square().sum().sqrt())
    if kept.is_complex():
        return bare._replace(norm=norm, finite=finite)
    low, high, mean = float(kept.min()), float(kept.max()), float(kept.mean())
    return bare._replace(low=low, high=high, mean=mean, norm=norm, finite=finite)


def _with_norm(tensor: torch.Tensor, found: Value) -> Value:
    """The norm of a tensor too large to be summarised, or of what is stored in a sparse one, piece by piece."""
    if tensor.layout is torch.sparse_coo:
        tensor = tensor.coalesce().values()
    if not _readable(tensor):
        return found
    pieces = tensor.detach().reshape(-1).split(PIECE)
    wide = torch.complex128 if tensor.is_complex() else torch.float64
    norm = math.hypot(*(float(torch.linalg.vector_norm(piece.to(wide))) for piece in pieces))
    return found._replace(norm=norm) if math.isfinite(norm) else found._replace(finite=False)


def has_own_dispatch(kind: type) -> bool:
    """Apakah kelas tensor ini menjalankan setiap operasi dengan kodenya sendiri, seperti tensor nested.

    >>> has_own_dispatch(torch.nn.Parameter)
    False
    """
    return kind.__torch_dispatch__ is not torch.Tensor.__torch_dispatch__  # type: ignore[attr-defined]


def _readable(tensor: torch.Tensor) -> bool:
    """Numbers can be read without running a subclass' own code."""
    return (
        tensor.layout is torch.strided
        and not (has_own_dispatch(type(tensor)) or tensor.is_nested or tensor.is_quantized)
        and tensor.device.type != "meta"
        and has_storage(tensor)
        and readable_now(tensor)
    )
