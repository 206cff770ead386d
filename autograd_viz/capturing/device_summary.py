"""Ringkasan sebuah tensor di device lain: dihitung di sana tanpa ditunggu, dibaca setelah blok selesai."""

from __future__ import annotations

import math

import torch

from autograd_viz.capturing.summary import BRIEF, Summary, flats, repeats_of, stored_once
from autograd_viz.tracing.cuda_work import numbers_of, readable_now
from autograd_viz.tracing.torch_internals import hidden_from_dispatch

PIECE = 1 << 22  # numbers that are widened at once: no large tensor is copied whole
_WIDE = {"cuda": torch.float64, "cpu": torch.float64}  # not every other device has it


class DeviceSummary:
    """Ringkasan sebuah tensor yang tidak kosong, yang belum tentu sudah selesai dihitung; yang besar hanya normanya.

    >>> DeviceSummary(torch.tensor([3.0, -4.0])).read()
    Summary(low=-4.0, high=3.0, mean=-0.5, norm=5.0, finite=True)
    """

    __slots__ = ("_known", "_norm_alone", "_numbers")

    def __init__(self, tensor: torch.Tensor) -> None:
        self._norm_alone = tensor.is_complex() or tensor.numel() > BRIEF
        self._known: Summary | None = None
        self._numbers = _measured(tensor, self._norm_alone)

    def read(self) -> Summary | None:
        """Menunggu device-nya; None bila ia tidak dapat dibaca (lagi), misalnya sesudah galat CUDA."""
        try:
            if self._numbers and readable_now(self._numbers[0]):
                numbers, self._numbers = self._numbers, []
                if numbers[0].is_cuda:  # they may come from a stream that the one reading does not wait for
                    torch.cuda.synchronize(numbers[0].device)
                with hidden_from_dispatch():
                    self._known = self._told(*numbers_of(torch.stack(numbers)))
        except RuntimeError:  # the device has failed meanwhile
            pass
        return self._known

    def _told(self, norm: float, *ends_and_mean: float) -> Summary:
        finite = all(map(math.isfinite, ends_and_mean[:2] or (norm,)))
        if self._norm_alone or not finite:
            return Summary(None, None, None, norm, finite)
        low, high, mean = ends_and_mean
        return Summary(low, high, mean, norm, True)


def _measured(tensor: torch.Tensor, norm_alone: bool) -> list[torch.Tensor]:
    """The norm, and unless it says all: the least, the greatest, and the mean."""
    with torch.no_grad():
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor.resolve_conj())
        wide = _WIDE.get(tensor.device.type, torch.float32)
        alone = norm_alone and wide is torch.float64 is not tensor.dtype  # then no square of a number leaves its range
        if tensor.numel() <= PIECE:
            return _of_piece(tensor.to(wide), alone)
        stored = stored_once(tensor)
        shares, measured = [], []
        for flat in flats(stored, PIECE):  # which may be a copy: one at a time
            for piece in flat.split(PIECE):
                shares.append(piece.numel() / stored.numel())
                measured.append(_of_piece(piece.to(wide), alone))
        norms, *others = zip(*measured, strict=True)
        norm = torch.linalg.vector_norm(torch.stack(norms)) * math.sqrt(repeats_of(tensor))
        if alone:
            return [norm]
        lows, highs, means = map(torch.stack, others)
        parts = [mean * share for mean, share in zip(means, shares, strict=True)]
        return [norm, lows.min(), highs.max(), torch.stack(parts).sum()]


def _of_piece(numbers: torch.Tensor, alone: bool) -> list[torch.Tensor]:
    norm = torch.linalg.vector_norm(numbers)
    return [norm] if alone else [norm, *torch.aminmax(numbers), numbers.mean()]
