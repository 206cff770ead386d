"""Isi tensor pada satu saat: diambil murah selagi kode berjalan, dijadikan `Value` setelahnya.

`take_snapshot` tidak menahan tensor pengguna: sampai 64 unsur disalin angkanya, yang lebih besar diringkas.
"""

from __future__ import annotations

import cmath
import math
from typing import Any, NamedTuple

import numpy
import torch

from autograd_viz.graph import Value
from autograd_viz.tracing.torch_internals import hidden_from_dispatch
from autograd_viz.tracing.values import LISTED, from_list, shape_of

# The plain getter: not a dispatched operation, shares storage, carries no graph.
plain = torch.Tensor.data.__get__  # type: ignore[attr-defined]
_least, _greatest, _finite = numpy.minimum.reduce, numpy.maximum.reduce, math.isfinite
_SMALL, _LARGE = 1e-15, 1e14
_PIECE, _FEW = 1 << 17, 1 << 12
_ONES = {"f": numpy.ones(_FEW, "float32"), "d": numpy.ones(_FEW, "float64")}
_FAST = {torch.float32, torch.float64}
_ORDINARY = {torch.Tensor, torch.nn.Parameter, torch.nn.Buffer}

Numbers = Any  # a number, or lists of numbers as deep as the tensor has dimensions


class Summary(NamedTuple):
    """Ringkasan unsur-unsur yang terhingga; `norm` NaN bila ada NaN, tak hingga bila ada tak hingga."""

    low: float | None
    high: float | None
    mean: float | None
    norm: float
    finite: bool


class Snapshot(NamedTuple):
    """Isi satu tensor; `content` None bila isinya tidak terbaca.

    Sebuah tensor kecil sebagai `content` memuat low, high, mean, dan norm yang masih dihitung di device lain.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    content: Summary | torch.Tensor | Numbers | None


def take_snapshot(tensor: torch.Tensor) -> Snapshot:
    """Isi tensor saat ini; hanya bentuknya bila isinya tidak dapat dibaca (misalnya tensor meta)."""
    try:
        if type(tensor) not in _ORDINARY and type(tensor).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
            return outline(tensor)
        with hidden_from_dispatch():  # what reads a tensor is no operation of the user
            bare = plain(tensor)
            count = bare.numel()
            if count <= LISTED:
                return Snapshot(tuple(tensor.shape), tensor.dtype, bare.tolist())
            if tensor.is_cpu and not tensor.is_complex():
                wide = bare if tensor.dtype in _FAST else bare.double()
                return Snapshot(tuple(tensor.shape), tensor.dtype, summary_of(wide, count))
            return Snapshot(tuple(tensor.shape), tensor.dtype, _elsewhere(bare))
    except Exception:  # sparse, nested, meta, batched …: what cannot be read must not stop the user's code
        return outline(tensor)


def text_of(item: torch.dtype | torch.device) -> str:
    """Tulisan pendek sebuah dtype atau device, misalnya "float32"."""
    return str(item).removeprefix("torch.")


def outline(tensor: torch.Tensor) -> Snapshot:
    """Bentuk dan jenis saja, tanpa membaca isinya."""
    return Snapshot(shape_of(tensor) or (), tensor.dtype, None)


def value_of(snapshot: Snapshot) -> Value:
    """`Value` beku dari isi yang sudah diambil."""
    bare, content = Value(snapshot.shape, text_of(snapshot.dtype)), snapshot.content
    if content is None:
        return bare
    if isinstance(content, Summary):
        return bare._replace(**content._asdict())
    if isinstance(content, torch.Tensor):
        low, high, mean, norm = content.tolist()
        if snapshot.dtype.is_complex:
            return bare._replace(norm=norm, finite=math.isfinite(norm))
        if not (_finite(low) and _finite(high)):
            return bare._replace(norm=norm, finite=False)
        return bare._replace(low=low, high=high, mean=mean, norm=norm)
    return from_list(bare, list(_flat(content)))


def value_of_number(number: bool | int | float | complex) -> Value:
    """`Value` beku dari bilangan Python, misalnya 2 dalam `x ** 2`."""
    return from_list(Value((), type(number).__name__), [number])


def is_finite(snapshot: Snapshot | None) -> bool:
    """Apakah semua unsurnya terhingga; yang isinya tidak terbaca dianggap terhingga."""
    content = None if snapshot is None else snapshot.content
    if content is None:
        return True
    if isinstance(content, Summary):
        return content.finite
    if isinstance(content, torch.Tensor):
        return all([_finite(number) for number in content.tolist()[:2]])
    return all([cmath.isfinite(number) for number in _flat(content)])


def moved(tensor: torch.Tensor, snapshot: Snapshot) -> Snapshot | None:
    """Ringkasan `snapshot` untuk tensor yang berisi unsur yang sama dalam bentuk lain; None bila perlu dibaca lagi."""
    if isinstance(snapshot.content, Summary) and math.prod(snapshot.shape) == tensor.numel():
        return Snapshot(tuple(tensor.shape), tensor.dtype, snapshot.content)
    return None


def summary_of(tensor: torch.Tensor, count: int) -> Summary:
    """Unsur terkecil, terbesar, rata-rata, norma, dan apakah semuanya terhingga."""
    if tensor.is_contiguous():
        flat = tensor.numpy().reshape(-1)
    else:
        if 0 in tensor.stride():  # an expanded gradient repeats its numbers: read each stored one once
            tensor = tensor[tuple(slice(0, 1) if stride == 0 else slice(None) for stride in tensor.stride())]
        flat = tensor.numpy().ravel(order="K")  # permuted: flat without a copy
    # Piece by piece, so that the four passes over a large tensor read memory once and the cache three times.
    low, high, square, total = math.inf, -math.inf, 0.0, 0.0
    for start in range(0, flat.size, _PIECE):
        piece = flat[start : start + _PIECE]
        least, greatest = float(_least(piece)), float(_greatest(piece))
        if not (_finite(least) and _finite(greatest)):
            return _of_finite(flat)
        low, high = min(low, least), max(high, greatest)
        total += _sum(piece)
        peak = max(-least, greatest)
        if peak < _SMALL or peak > _LARGE:  # squares would leave the range of float32
            if peak:
                piece = piece / peak
                square += float(piece.dot(piece)) * peak * peak
        else:
            square += float(piece.dot(piece))
    return Summary(low, high, total / flat.size, math.sqrt(square * (count // flat.size)), True)


def _sum(flat: Any) -> float:
    """By torch, or for a few numbers as a product with ones: numpy's own sum takes several times as long."""
    if flat.size <= _FEW:
        return float(flat.dot(_ONES[flat.dtype.char][: flat.size]))
    return float(torch.from_numpy(flat).sum())


def _of_finite(flat: Any) -> Summary:
    """The numbers that are finite, summarised; the norm tells NaN from Inf."""
    norm = math.nan if numpy.isnan(flat).any() else math.inf
    kept = flat[numpy.isfinite(flat)]
    if not kept.size:
        return Summary(None, None, None, norm, False)
    return Summary(float(kept.min()), float(kept.max()), float(kept.mean(dtype="float64")), norm, False)


def _elsewhere(tensor: torch.Tensor) -> torch.Tensor:
    """Other devices and dtypes: nothing waits for the device now; the numbers are read when the block has ended."""
    with torch.no_grad():
        if tensor.is_complex():
            size = torch.linalg.vector_norm(tensor).double()
            return torch.stack([size, size, size, size])
        wide = tensor if tensor.dtype in _FAST else tensor.float()
        low, high = torch.aminmax(wide)
        return torch.stack([low, high, wide.mean(), torch.linalg.vector_norm(wide)])


def _flat(numbers: Numbers) -> list[Any]:
    if not isinstance(numbers, list):
        return [numbers]
    if numbers and isinstance(numbers[0], list):
        return [number for part in numbers for number in _flat(part)]
    return numbers
