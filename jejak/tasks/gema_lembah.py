"""Latihan 38: keadaan RNN yang diputus di setiap langkah, padahal hanya batas jendela yang perlu diputus."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, fill, network
from jejak.reference import Case, compare
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((2, 6, 1, 3, 1), (1, 1, 2, 2, 2), (3, 4, 2, 4, 1))  # rows, beats in a window, inputs, state, outputs
CELLS: tuple[Callable[..., nn.Module], ...] = (nn.RNNCell, nn.GRUCell, nn.RNNCell)
WINDOWS = 3
CHANGES = (0, 1, 2, 5)
Keep = Callable[[torch.Tensor], torch.Tensor]


def _same(h: torch.Tensor) -> torch.Tensor:
    return h


def _training(inside: Keep = _same, outside: Keep = torch.Tensor.detach, mean: bool = True, last: bool = False,
              stuck: bool = False) -> Callable[..., Any]:
    def train(sel: nn.Module, kepala: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, h: torch.Tensor) -> Any:
        opt.zero_grad()
        h, losses = outside(h), []
        first = h
        for t in range(x.shape[1]):
            h = sel(x[:, t], inside(h))
            losses.append(F.mse_loss(kepala(h), y[:, t]))
        loss = losses[-1] if last else torch.stack(losses).sum() / (x.shape[1] if mean else 1)
        loss.backward()
        opt.step()
        return loss.item(), first if stuck else h

    return train


RIGHT = _training()
SLIPS = {
    "Gradiennya hanya melihat satu ketukan: setiap ketukan masih terputus dari ketukan sebelumnya.": _training(inside=torch.Tensor.detach),
    "Setiap jendela mulai dari keadaan nol: yang didengar di jendela sebelumnya hilang. Angkanya harus terbawa, hanya grafnya yang ditinggal.": _training(
        outside=torch.zeros_like
    ),
    "Hanya ketukan terakhir yang dihitung loss-nya. Semua ketukan di jendela ikut.": _training(last=True),
    "Yang Anda kembalikan keadaan di awal jendela, bukan di akhirnya.": _training(stuck=True),
    "Loss-nya jumlah atas ketukan; semula rata-ratanya.": _training(mean=False),
}  # fmt: skip


def _arguments(number: int, dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    rows, beats, inputs, state, outputs = SIZES[number]
    sel, kepala = fill(CELLS[number](inputs, state, dtype=dtype), SEEDS[0]), network(SEEDS[0] + 7, state, outputs, dtype=dtype)
    x = normal(SEEDS[0] + 1, rows, WINDOWS * beats, inputs, dtype=dtype)
    y = normal(SEEDS[0] + 2, rows, WINDOWS * beats, outputs, dtype=dtype)
    return (sel, kepala, OPTIMIZERS[opt]([*sel.parameters(), *kepala.parameters()]), x.chunk(WINDOWS, dim=1), y.chunk(WINDOWS, dim=1),
            torch.zeros(rows, state, dtype=dtype))


def _windows(program: Callable[..., Any], sel: nn.Module, kepala: nn.Module, opt: torch.optim.Optimizer, xs: Any, ys: Any, h: torch.Tensor) -> Any:
    loss: Any = 0.0
    for x, y in zip(xs, ys):
        result = program(sel, kepala, opt, x, y, h)
        if not (isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], torch.Tensor)):
            raise Wrong("`latih_jendela` seharusnya mengembalikan dua hal: loss sebagai angka, dan keadaan `h` terakhir.")
        loss, h = result
    return loss, h


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for number, opt in enumerate(OPTIMIZERS):
            told = f"Sesudah {WINDOWS} jendela berisi {SIZES[number][1]} ketukan, dengan `nn.{CELLS[number].__name__}` dan {opt}"
            yield Case(told, lambda number=number, dtype=dtype, opt=opt: _arguments(number, dtype, opt))  # type: ignore[misc]


def windows(trial: Trial) -> None:
    try:
        compare(trial, "latih_jendela", _cases(), RIGHT, SLIPS, CHANGES,
                "Di dalam jendela keadaan dibawa beserta grafnya; di batas jendela hanya angkanya.", results=("loss", "h"), drive=_windows)
    except RuntimeError as error:
        if "a second time" not in str(error) and "inplace" not in str(error):
            raise
        raise Wrong("Jendela pertama berjalan, jendela kedua berhenti: `backward()` masuk sampai ke jendela sebelumnya, yang grafnya sudah dilalui "
                    "dan bobotnya sudah berganti. Di batas jendela keadaannya belum diputus.") from None


CHECKS = (windows,)
