"""Latihan 33: loss yang dihitung di luar autograd, lalu diberi requires_grad supaya backward tidak menolak."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((5, 2, 1), (1, 3, 2), (6, 2, 4, 3))  # rows, then the widths of the model
STEPS = 3
CHANGES = (0, 1)


def _training(loss_of: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Callable[..., float]:
    def train(model: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, langkah: int) -> float:
        loss = torch.zeros(())
        for _ in range(langkah):
            opt.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            opt.step()
        return loss.item()

    return train


RIGHT = _training(lambda p, y: ((p - y) ** 2).mean())
SLIPS = {
    "Itu jumlah kuadrat selisih; yang diminta rata-ratanya.": _training(lambda p, y: ((p - y) ** 2).sum()),
    "Itu jumlah kuadrat selisih per baris, dirata-rata atas barisnya; yang diminta rata-rata atas semua unsur.": _training(
        lambda p, y: ((p - y) ** 2).sum() / len(y)
    ),
    "Itu rata-rata besarnya selisih; selisihnya belum dikuadratkan.": _training(F.l1_loss),
    "Itu akar dari rata-rata kuadrat; akarnya tidak diminta.": _training(lambda p, y: ((p - y) ** 2).mean().sqrt()),
}  # fmt: skip


def _arguments(size: tuple[int, ...], dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    rows, *widths = size
    model = network(SEEDS[0], *widths, dtype=dtype)
    x, y = normal(SEEDS[0] + 1, rows, widths[0], dtype=dtype), normal(SEEDS[0] + 2, rows, widths[-1], dtype=dtype)
    return model, OPTIMIZERS[opt](model.parameters()), x, y, STEPS


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for size, opt in zip(SIZES, OPTIMIZERS):
            told = f"Dengan {size[0]} baris dan {opt}, sesudah {STEPS} langkah"
            yield Case(told, lambda size=size, dtype=dtype, opt=opt: _arguments(size, dtype, opt))  # type: ignore[misc]


def moves(trial: Trial) -> None:
    for size, opt in zip(SIZES, OPTIMIZERS):
        args = _arguments(size, torch.float64, opt)
        before = {name: value.detach().clone() for name, value in args[0].named_parameters()}
        trial.call("latih", *args, changes=CHANGES)
        still = [name for name, value in args[0].named_parameters() if torch.equal(value.detach(), before[name])]
        if still:
            raise Wrong(f"Sesudah {STEPS} langkah {opt}, {len(still)} dari {len(before)} parameter tidak bergeser sedikit pun "
                        f"(misalnya `{still[0]}`). Gradien `loss` tidak sampai ke sana; `draw(loss)` memperlihatkan sampai di mana.")


def trained(trial: Trial) -> None:
    compare(trial, "latih", _cases(), RIGHT, SLIPS, CHANGES, "Loss-nya rata-rata kuadrat selisih atas semua unsur.", results="loss")


CHECKS = (moves, trained)
