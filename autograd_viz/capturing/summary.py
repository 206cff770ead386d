"""Ringkasan sebuah tensor besar: terkecil, terbesar, rata-rata, dan norma, dihitung sepotong demi sepotong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy
import torch

PIECE = 1 << 17  # numbers that fit the cache: the passes over a piece read memory once
_FEW = 1 << 15
_SMALL, _LARGE = 1e-15, 1e14  # beyond these, squares leave the range of float32
BRIEF = 1_000_000  # numbers; beyond, only the norm is computed
_TINY, _HUGE = 1e-24, 1e34
_NATIVE = {torch.float32, torch.float64}
_ONES = {"f": numpy.ones(_FEW, "float32"), "d": numpy.ones(_FEW, "float64")}
_least, _greatest, _finite = numpy.minimum.reduce, numpy.maximum.reduce, math.isfinite


class Summary(NamedTuple):
    """Ringkasan unsur-unsur yang terhingga; `norm` NaN bila ada NaN, tak hingga bila ada tak hingga."""

    low: float | None
    high: float | None
    mean: float | None
    norm: float
    finite: bool


def summarize_tensor(tensor: torch.Tensor) -> Summary:
    """Ringkasan sebuah tensor CPU yang tidak kosong, tanpa menyalinnya utuh.

    Bilangan kompleks hanya diringkas normanya, karena tidak berurutan.
    """
    if tensor.is_complex():
        parts = summarize(_pieces(torch.view_as_real(tensor.resolve_conj())))
        return Summary(None, None, None, parts.norm, parts.finite)
    if tensor.numel() > BRIEF:
        return _norm_alone(tensor)
    if tensor.numel() <= PIECE and tensor.dtype in _NATIVE and tensor.is_contiguous():  # the usual case, directly
        return summarize((tensor.numpy().reshape(-1),))
    return summarize(_pieces(tensor), repeats_of(tensor))


def _norm_alone(tensor: torch.Tensor) -> Summary:
    """One pass instead of four: a product of a piece with itself tells its norm, and NaN and Inf too."""
    norm, known = 0.0, True
    for piece in _pieces(tensor):
        with numpy.errstate(over="ignore", invalid="ignore"):
            square = float(piece.dot(piece))
        if square == 0.0 and not _least(piece) and not _greatest(piece):  # such as most of an embedding's gradient
            continue
        if not _TINY < square < _HUGE:  # squares that leave the range of the type
            parts = summarize([piece])
            norm, known = math.hypot(norm, parts.norm), known and parts.finite
        else:
            norm = math.hypot(norm, math.sqrt(square))
    return Summary(None, None, None, norm * math.sqrt(repeats_of(tensor)) if known else norm, known)


def summarize(pieces: Iterable[Any], repeats: int = 1) -> Summary:
    """Ringkasan potongan-potongan numpy; setiap unsurnya ada `repeats` kali.

    >>> summarize([numpy.array([3.0, -4.0])])
    Summary(low=-4.0, high=3.0, mean=-0.5, norm=5.0, finite=True)
    """
    low, high, norm, total, count, spoiled = math.inf, -math.inf, 0.0, 0.0, 0, 0.0
    for piece in pieces:
        least, greatest = float(_least(piece)), float(_greatest(piece))
        if not (_finite(least) and _finite(greatest)):
            spoiled += math.nan if numpy.isnan(piece).any() else math.inf
            piece = piece[numpy.isfinite(piece)]
            if not piece.size:
                continue
            least, greatest = float(_least(piece)), float(_greatest(piece))
        low, high, peak = min(low, least), max(high, greatest), max(-least, greatest)
        scale = peak if peak and not _SMALL <= peak <= _LARGE else 1.0
        if scale != 1.0:
            piece = piece / scale
        norm = math.hypot(norm, math.sqrt(float(piece.dot(piece))) * scale)
        mean = _sum(piece) / piece.size * scale
        count += piece.size
        total += (mean - total) * (piece.size / count)  # the mean so far; a sum could leave the range
    if not count:
        return Summary(None, None, None, spoiled, False)
    if spoiled:
        return Summary(low, high, total, spoiled, False)
    return Summary(low, high, total, norm * math.sqrt(repeats), True)


def _sum(flat: Any) -> float:
    """By torch, or for a few numbers as a product with ones: numpy's own sum takes several times as long."""
    if flat.size <= _FEW:
        return float(flat.dot(_ONES[flat.dtype.char][: flat.size]))
    return float(torch.from_numpy(flat).sum())


def repeats_of(tensor: torch.Tensor) -> int:
    """Berapa kali sebuah tensor yang disiarkan menunjukkan setiap angka yang disimpannya.

    >>> repeats_of(torch.ones(3, 1).expand(3, 4))
    4
    """
    return math.prod(size for size, stride in zip(tensor.shape, tensor.stride(), strict=True) if stride == 0)


def _pieces(tensor: torch.Tensor) -> Iterator[Any]:
    """The stored numbers as flat numpy arrays; the order does not matter, and a large tensor is not copied."""
    tensor = stored_once(tensor)
    native = tensor.dtype in _NATIVE
    for flat in flats(tensor, PIECE):
        if native:
            numbers = flat.numpy()
            for start in range(0, numbers.size, PIECE):
                yield numbers[start : start + PIECE]
        else:
            for part in flat.split(PIECE):
                yield (part.float() if part.is_floating_point() else part.double()).numpy()


def stored_once(tensor: torch.Tensor) -> torch.Tensor:
    """Tensor yang sama tanpa pengulangan: yang disiarkan menyimpan setiap angkanya sekali.

    >>> stored_once(torch.ones(3, 1).expand(3, 4)).shape
    torch.Size([3, 1])
    """
    if 0 not in tensor.stride():
        return tensor
    return tensor[tuple(slice(0, 1) if stride == 0 else slice(None) for stride in tensor.stride())]


def flats(tensor: torch.Tensor, piece: int) -> Iterator[torch.Tensor]:
    """Tensor sebagai tensor-tensor datar: satu, tanpa salinan, bila rapat; bila tidak, salinan sampai `piece` angka.

    >>> [len(flat) for flat in flats(torch.ones(4, 6)[:, :3], 6)]
    [6, 6]
    """
    if tensor.is_contiguous():
        yield tensor.view(-1)
    elif tensor.numel() <= piece:
        yield tensor.reshape(-1)
    elif _has_no_gaps(tensor):
        yield tensor.as_strided((tensor.numel(),), (1,))
    else:
        rows = max(1, piece * tensor.shape[0] // tensor.numel())
        for part in tensor.split(rows) if tensor.shape[0] > 1 else (tensor[0],):
            yield from flats(part, piece)


def _has_no_gaps(tensor: torch.Tensor) -> bool:
    step = 1
    for stride, size in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if size != 1 and stride != step:
            return False
        step *= size
    return True
