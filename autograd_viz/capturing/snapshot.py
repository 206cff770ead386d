"""Isi tensor pada satu saat: diambil murah selagi kode berjalan, dijadikan `Value` setelahnya.

`take_snapshot` tidak menahan tensor pengguna: sampai 64 unsur disalin angkanya, yang lebih besar diringkas.
"""

from __future__ import annotations

import cmath
import math
from functools import partial
from typing import Any, NamedTuple

import numpy
import torch

from autograd_viz.capturing.device_summary import DeviceSummary
from autograd_viz.capturing.summary import Summary, summarize, summarize_tensor
from autograd_viz.contents import LISTED, from_list
from autograd_viz.graph import Value
from autograd_viz.tracing.cuda_work import numbers_of, readable_now
from autograd_viz.tracing.torch_internals import has_storage, hidden_from_dispatch, version_counter
from autograd_viz.tracing.values import has_own_dispatch, nested_numbers, shape_of

# The plain getter: not a dispatched operation, shares storage, carries no graph.
plain = torch.Tensor.data.__get__  # type: ignore[attr-defined]
COPIED = 4_096  # up to so many numbers are copied now and summarised after the block, which is cheaper
_COPIED_BYTES = 16 << 20  # of copies at most; beyond, summaries take less memory
_NATIVE = {torch.float32, torch.float64}
_ORDINARY = {torch.Tensor, torch.nn.Parameter, torch.nn.Buffer}
_WHOLE = (Summary, DeviceSummary, numpy.ndarray)  # contents that hold for the same numbers in another shape
_SPARSE = {torch.sparse_coo, torch.sparse_csr, torch.sparse_csc, torch.sparse_bsr, torch.sparse_bsc}

StoredAt = tuple[int, torch.Size, tuple[int, ...], bool, bool, int]  # address, shape, strides, conj, neg, version
Numbers = Any  # a number, or lists of numbers as deep as the tensor has dimensions


class Snapshot(NamedTuple):
    """Isi satu tensor; `content` None bila isinya tidak terbaca, `shape` None bila tidak berupa bilangan bulat.

    Sebuah array sebagai `content` adalah salinan yang belum diringkas.
    """

    shape: tuple[int, ...] | None
    dtype: torch.dtype
    content: Summary | DeviceSummary | numpy.ndarray[Any, Any] | Numbers | None


new_snapshot: Any = partial(tuple.__new__, Snapshot)  # at once, because every step of a run makes some


class CopyBudget:
    """Banyaknya bita yang masih boleh disalin rekaman yang sedang berjalan."""

    def __init__(self) -> None:
        self.left = 0

    def renew(self) -> None:
        """Dipanggil saat sebuah rekaman dimulai."""
        self.left = _COPIED_BYTES


copies = CopyBudget()


def take_snapshot(tensor: torch.Tensor) -> Snapshot:
    """Isi tensor saat ini; hanya bentuknya bila isinya tidak dapat dibaca (misalnya tensor meta)."""
    try:
        kind = type(tensor)
        if kind not in _ORDINARY and has_own_dispatch(kind):
            return outline(tensor)
        with hidden_from_dispatch():  # what reads a tensor is no operation of the user
            if not readable_now(tensor):
                return outline(tensor)
            if tensor.is_nested:
                return _nested(tensor)
            if not has_storage(tensor):  # before any reading: a wrapped tensor would end the process
                return _sparse(tensor) if tensor.layout in _SPARSE else outline(tensor)
            count = tensor.numel()
            if count <= LISTED:
                content = numbers_of(plain(tensor))
            elif not tensor.is_cpu:
                content = DeviceSummary(plain(tensor))
            elif count <= COPIED and copies.left > 0 and _copied_as_it_lies(tensor):
                content = plain(tensor).numpy().copy()  # row by row, whatever the strides
                copies.left -= content.nbytes
            else:
                content = summarize_tensor(plain(tensor).resolve_neg())
        return new_snapshot((tuple(tensor.shape), tensor.dtype, content))
    except Exception:  # meta, quantized, without storage …: what cannot be read must not stop the user's code
        return outline(tensor)


def _copied_as_it_lies(tensor: torch.Tensor) -> bool:
    """Whether numpy reads it at once; what an expanded tensor repeats is read only once, and not copied."""
    return tensor.dtype in _NATIVE and not tensor.is_neg() and (tensor.is_contiguous() or 0 not in tensor.stride())


def _sparse(tensor: torch.Tensor) -> Snapshot:
    """The numbers of a sparse tensor, those that it leaves out (zeros) among them."""
    count = tensor.numel()
    with torch.no_grad():
        if count <= LISTED:
            return Snapshot(tuple(tensor.shape), tensor.dtype, tensor.to_dense().tolist())
        stored = (tensor.coalesce() if tensor.layout is torch.sparse_coo else tensor).values().cpu()
        share = stored.numel() / count
        content = summarize_tensor(stored) if stored.numel() else Summary(0.0, 0.0, 0.0, 0.0, True)
    if content.low is not None and content.high is not None and content.mean is not None and share < 1:
        low, high = min(content.low, 0.0), max(content.high, 0.0)
        content = content._replace(low=low, high=high, mean=content.mean * share)
    return Snapshot(tuple(tensor.shape), tensor.dtype, content)


def _nested(tensor: torch.Tensor) -> Snapshot:
    """The numbers of all parts of a nested tensor together; they have no rows that could be written out."""
    with torch.no_grad():
        numbers = nested_numbers(tensor).cpu()
    content = summarize_tensor(numbers) if numbers.numel() else Summary(None, None, None, 0.0, True)
    return Snapshot(shape_of(tensor), tensor.dtype, content)


def address_of(tensor: torch.Tensor) -> int:
    """Tempat angka-angkanya di memori; 0 untuk tensor kosong, meta, sparse, dan yang dibungkus transformasi."""
    return tensor.data_ptr() if has_storage(tensor) and not tensor.is_nested else 0


def stored_at(tensor: torch.Tensor) -> StoredAt | None:
    """Letak dan versi angka-angka tensor dan cara membacanya; None bila tidak diketahui (lihat `address_of`).

    >>> x = torch.ones(2, 2)
    >>> stored_at(x) == stored_at(x.view(2, 2)), stored_at(x) == stored_at(x.view(4)), stored_at(x) == stored_at(x.t())
    (True, False, False)
    """
    if not has_storage(tensor) or tensor.is_nested:
        return None
    address = tensor.data_ptr()
    if not address:
        return None
    return (address, tensor.shape, tensor.stride(), tensor.is_conj(), tensor.is_neg(), version_of(tensor))


def version_of(tensor: torch.Tensor) -> int:
    """Nomor versi isi tensor; -1 untuk tensor yang tidak mencatatnya."""
    try:
        return version_counter(tensor)
    except RuntimeError:  # an inference tensor
        return -1


def text_of(item: torch.dtype | torch.device) -> str:
    """Tulisan pendek sebuah dtype atau device, misalnya "float32"."""
    return str(item).removeprefix("torch.")


def outline(tensor: torch.Tensor) -> Snapshot:
    """Bentuk dan jenis saja, tanpa membaca isinya."""
    return Snapshot(shape_of(tensor), tensor.dtype, None)


def value_of(snapshot: Snapshot) -> Value | None:
    """`Value` beku dari isi yang sudah diambil; None bila bentuknya pun tidak dapat ditulis."""
    if snapshot.shape is None:
        return None
    bare, content = Value(snapshot.shape, text_of(snapshot.dtype)), snapshot.content
    if isinstance(content, numpy.ndarray):
        content = summarize([content.reshape(-1)])
    elif isinstance(content, DeviceSummary):
        content = content.read()
    if content is None:
        return bare
    if isinstance(content, Summary):
        return bare._replace(**content._asdict())
    return from_list(bare, list(_flat(content)))


def value_of_number(number: bool | int | float | complex) -> Value:
    """`Value` beku dari bilangan Python, misalnya 2 dalam `x ** 2`."""
    return from_list(Value((), type(number).__name__), [number])


def same_content(one: Snapshot, other: Snapshot) -> bool:
    """Apakah dua isi sama, sejauh keduanya diambil dengan cara yang sama; NaN sama dengan NaN.

    >>> x = torch.tensor([1.0, math.nan])
    >>> same_content(take_snapshot(x), take_snapshot(x + 0)), same_content(take_snapshot(x), take_snapshot(x + 1))
    (True, False)
    """
    mine, theirs = one.content, other.content
    if mine is None or type(mine) is not type(theirs):
        return True
    if isinstance(mine, numpy.ndarray) and isinstance(theirs, numpy.ndarray):
        return one.shape == other.shape and numpy.array_equal(mine, theirs, equal_nan=True)
    if isinstance(mine, DeviceSummary) and isinstance(theirs, DeviceSummary):
        mine, theirs = mine.read(), theirs.read()
    return one.shape == other.shape and repr(mine) == repr(theirs)


def is_finite(snapshot: Snapshot | None) -> bool:
    """Apakah semua unsurnya terhingga; yang isinya tidak terbaca dianggap terhingga."""
    content = None if snapshot is None else snapshot.content
    if isinstance(content, DeviceSummary):
        content = content.read()
    if content is None:
        return True
    if isinstance(content, Summary):
        return content.finite
    if isinstance(content, numpy.ndarray):
        return bool(numpy.isfinite(content).all())
    return all([cmath.isfinite(number) for number in _flat(content)])


def moved(tensor: torch.Tensor, snapshot: Snapshot) -> Snapshot | None:
    """Ringkasan `snapshot` untuk tensor yang berisi unsur yang sama dalam bentuk lain; None bila perlu dibaca lagi."""
    if isinstance(snapshot.content, _WHOLE) and math.prod(snapshot.shape or ()) == tensor.numel():
        return Snapshot(tuple(tensor.shape), tensor.dtype, snapshot.content)
    return None


def _flat(numbers: Numbers) -> list[Any]:
    if not isinstance(numbers, list):
        return [numbers]
    if numbers and isinstance(numbers[0], list):
        return [number for part in numbers for number in _flat(part)]
    return numbers
