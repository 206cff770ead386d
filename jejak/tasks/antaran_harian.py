"""Latihan 32: gradien micro-batch yang dijumlahkan, padahal yang diinginkan rata-ratanya."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare
from jejak.trial import Trial

SIZES = ((3, 2), (5, 1), (1, 4), (4, 3))  # sheets, rows in each
STEPS = 3
CHANGES = (0, 1)
Sheets = list[tuple[torch.Tensor, torch.Tensor]]
Round = Callable[[nn.Module, torch.optim.Optimizer, Sheets], float]


def _training(one_round: Round) -> Callable[..., float]:
    def train(model: nn.Module, opt: torch.optim.Optimizer, lembaran: Sheets, langkah: int) -> float:
        loss = 0.0
        for _ in range(langkah):
            loss = one_round(model, opt, lembaran)
        return loss

    return train


def _weighted(weight: Callable[[Sheets], float], zero_always: bool = False, step_always: bool = False) -> Callable[..., float]:
    def one_round(model: nn.Module, opt: torch.optim.Optimizer, sheets: Sheets) -> float:
        opt.zero_grad()
        mean = 0.0
        for x, y in sheets:
            if zero_always:
                opt.zero_grad()
            loss = F.mse_loss(model(x), y)
            (loss * weight(sheets)).backward()
            if step_always:
                opt.step()
            mean += loss.item() / len(sheets)
        if not step_always:
            opt.step()
        return mean

    return _training(one_round)


def _per_sheet(sheets: Sheets) -> float:
    return 1 / len(sheets)


RIGHT = _weighted(_per_sheet)
SLIPS = {
    "Hasilnya seperti `lr` yang dikalikan banyaknya lembar: gradien yang terkumpul masih jumlah, bukan rata-rata.": _weighted(lambda sheets: 1.0),
    "Pembaginya banyaknya baris dalam satu lembar. `mse_loss` sudah membagi dengan itu; yang belum dibagi banyaknya lembar.": _weighted(
        lambda sheets: 1 / len(sheets[0][0])
    ),
    "Pembaginya banyaknya baris di semua lembar. `mse_loss` sudah membagi dengan banyaknya baris satu lembar; yang belum dibagi banyaknya lembar.": _weighted(
        lambda sheets: 1 / sum(len(x) for x, _ in sheets)
    ),
    "Dibagi dua kali dengan banyaknya lembar. Gradien sebuah loss yang sudah dibagi ikut terbagi.": _weighted(lambda sheets: 1 / len(sheets) ** 2),
    "Yang sampai ke `step()` hanya lembar terakhir: gradien lembar-lembar sebelumnya dikosongkan lagi.": _weighted(_per_sheet, zero_always=True),
    "Yang sampai ke `step()` hanya lembar terakhir, tanpa dibagi: gradien lembar-lembar sebelumnya dikosongkan lagi.": _weighted(
        lambda sheets: 1.0, zero_always=True
    ),
    "Model melangkah sesudah setiap lembar. Satu langkah memakai gradien dari semua lembar.": _weighted(lambda sheets: 1.0, zero_always=True, step_always=True),
    "Model melangkah sesudah setiap lembar. Satu langkah memakai gradien dari semua lembar, sesudah yang terakhir.": _weighted(_per_sheet, step_always=True),
}  # fmt: skip


def _arguments(seed: int, sheets: int, rows: int, dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    model = network(seed, 2, 3, 1, dtype=dtype)
    x, y = normal(seed + 1, sheets * rows, 2, dtype=dtype), normal(seed + 2, sheets * rows, 1, dtype=dtype)
    return model, OPTIMIZERS[opt](model.parameters()), list(zip(x.split(rows), y.split(rows))), STEPS


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for number, (sheets, rows) in enumerate(SIZES):
            opt = list(OPTIMIZERS)[number % len(OPTIMIZERS)]
            told = f"Dengan {sheets} lembar berisi {rows} baris dan {opt}, sesudah {STEPS} langkah"
            yield Case(told, lambda s=sheets, r=rows, d=dtype, o=opt: _arguments(SEEDS[0], s, r, d, o))  # type: ignore[misc]


def trained(trial: Trial) -> None:
    compare(trial, "latih", _cases(), RIGHT, SLIPS, CHANGES,
            "Satu langkah memakai rata-rata gradien semua lembar, dan yang dikembalikan rata-rata loss di langkah terakhir.", results="loss")


CHECKS = (trained,)
