"""Ringkasan sebuah tensor di device lain: dihitung di sana tanpa ditunggu, dibaca setelah blok selesai."""

from __future__ import annotations

import math

import torch

from autograd_viz.capturing.summary import BRIEF, Summary, flats, repeats_of, stored_once
from autograd_viz.tracing.cuda_work import readable_now
from autograd_viz.tracing.torch_internals import hidden_from_dispatch

PIECE = 1 << 22  # numbers that are widened at once: no large tensor is copied whole


class DeviceSummary:
    """Ringkasan sebuah tensor yang tidak kosong, yang belum tentu sudah selesai dihitung; yang besar hanya normanya.

    >>> DeviceSummary(torch.tensor([3.0, -4.0])).read()
    Summary(low=-4.0, high=3.0, mean=-0.5, norm=5.0, finite=True)
    """

    __slots__ = ("_known", "_norm_alone", "_numbers")

    def __init__(self, tensor: torch.Tensor) -> None:
        self._norm_alone = tensor.is_complex() or tensor.numel() > BRIEF
        self._known: Summary | None = None
        self._numbers: list[torch.Tensor] = _measured(tensor)

    def read(self) -> Summary | None:
        """Menunggu device-nya; None bila ia tidak dapat dibaca (lagi), misalnya sesudah galat CUDA."""
        try:
            if self._numbers and readable_now(self._numbers[0]):
                numbers, self._numbers = self._numbers, []
                if numbers[0].is_cuda:  # they may come from a stream that the one reading does not wait for
                    torch.cuda.synchronize(numbers[0].device)
                with hidden_from_dispatch():
                    self._known = self._told(*torch.stack(numbers).tolist())
        except RuntimeError:  # the device has failed meanwhile
            pass
        return self._known

    def _told(self, low: float, high: float, mean: float, norm: float) -> Summary:
        finite = math.isfinite(low) and math.isfinite(high)
        if self._norm_alone or not finite:
            return Summary(None, None, None, norm, finite)
        return Summary(low, high, mean, norm, True)


def _measured(tensor: torch.Tensor) -> list[torch.Tensor]:
    """The least, the greatest, the mean, and the norm."""
    with torch.no_grad():
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor.resolve_conj())
        wide = torch.float64 if tensor.is_cuda or tensor.dtype is torch.float64 else torch.float32
        if tensor.numel() <= PIECE:
            return _of_piece(tensor.to(wide))
        stored = stored_once(tensor)
        shares, measured = [], []
        for flat in flats(stored, PIECE):  # which may be a copy: one at a time
            for piece in flat.split(PIECE):
                shares.append(piece.numel() / stored.numel())
                measured.append(_of_piece(piece.to(wide)))
        lows, highs, means, norms = zip(*measured, strict=True)
        parts = [mean * share for mean, share in zip(means, shares, strict=True)]
        norm = torch.linalg.vector_norm(torch.stack(norms)) * math.sqrt(repeats_of(tensor))
        return [torch.stack(lows).min(), torch.stack(highs).max(), torch.stack(parts).sum(), norm]


def _of_piece(numbers: torch.Tensor) -> list[torch.Tensor]:
    return [*torch.aminmax(numbers), numbers.mean(), torch.linalg.vector_norm(numbers)]
