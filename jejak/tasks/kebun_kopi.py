"""Latihan 37: denda yang disusun ulang dengan torch.tensor, sehingga nilainya benar dan gradiennya hilang."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare
from jejak.trial import Trial

SIZES = ((5, 2, 1), (1, 3, 4, 2), (6, 1, 3))  # rows, then the widths of the model
PENALTIES = (0.3, 2.0, 0.0)
STEPS = 3
CHANGES = (0, 1)
Penalty = Callable[[list[nn.Parameter]], torch.Tensor]


def _training(penalty: Penalty) -> Callable[..., float]:
    def train(model: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, denda: float, langkah: int) -> float:
        loss = torch.zeros(())
        for _ in range(langkah):
            opt.zero_grad()
            loss = F.mse_loss(model(x), y) + denda * penalty(list(model.parameters()))
            loss.backward()
            opt.step()
        return loss.item()

    return train


def _squares(params: list[nn.Parameter]) -> torch.Tensor:
    return torch.stack([p.square().sum() for p in params]).sum()


def _decayed(model: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, denda: float, langkah: int) -> float:
    """weight_decay instead of the penalty; the report is made as before."""
    for group in opt.param_groups:
        group["weight_decay"] += 2 * denda
    return _training(lambda params: _squares(params).detach())(model, opt, x, y, denda, langkah)


RIGHT = _training(_squares)
SLIPS = {
    "Model ini dilatih tanpa denda: angkanya ada di loss, gradiennya tidak. Adakah jalan dari denda ke parameter?": _training(
        lambda params: _squares(params).detach()
    ),
    "Denda itu hilang sama sekali, juga dari loss.": _training(lambda params: torch.zeros(())),
    "Yang Anda jumlahkan norma setiap parameter, bukan kuadratnya: akarnya tidak diminta.": _training(
        lambda params: torch.stack([p.norm() for p in params]).sum()
    ),
    "Kuadratnya dirata-rata; yang diminta jumlahnya.": _training(lambda params: torch.stack([p.square().mean() for p in params]).sum()),
    "Denda dari parameter-parameter dirata-rata; yang diminta jumlahnya.": _training(
        lambda params: torch.stack([p.square().sum() for p in params]).mean()
    ),
    "Hanya bobot yang didenda. Dendanya untuk semua parameter, juga bias.": _training(lambda params: _squares([p for p in params if p.ndim > 1])),
    "Hanya satu parameter yang didenda. Dendanya untuk semua parameter.": _training(lambda params: _squares(params[-1:])),
    "`weight_decay` bukan denda di dalam loss: optimizer lain memakainya dengan cara lain, dan loss ini tidak berubah.": _decayed,
}  # fmt: skip


def _arguments(size: tuple[int, ...], dtype: torch.dtype, opt: str, penalty: float) -> tuple[Any, ...]:
    rows, *widths = size
    model = network(SEEDS[0], *widths, dtype=dtype)
    x, y = normal(SEEDS[0] + 1, rows, widths[0], dtype=dtype), normal(SEEDS[0] + 2, rows, widths[-1], dtype=dtype)
    return model, OPTIMIZERS[opt](model.parameters()), x, y, penalty, STEPS


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for size, opt in zip(SIZES, OPTIMIZERS):
            for penalty in PENALTIES:
                told = f"Dengan denda {penalty}, {size[0]} baris, dan {opt}, sesudah {STEPS} langkah"
                yield Case(told, lambda s=size, dt=dtype, o=opt, p=penalty: _arguments(s, dt, o, p))  # type: ignore[misc]


def penalised(trial: Trial) -> None:
    compare(trial, "latih", _cases(), RIGHT, SLIPS, CHANGES,
            "Loss-nya rata-rata kuadrat selisih ditambah denda × jumlah kuadrat semua parameter, dan seluruhnya diturunkan.", results="loss")


CHECKS = (penalised,)
