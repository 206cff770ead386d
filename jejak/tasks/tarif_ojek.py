"""Latihan 31: loss berbobot per baris, dengan bobot berbentuk (n,) di samping selisih berbentuk (n, k)."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare, difference, outcome
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((6, 2, 1), (4, 3, 3), (7, 1, 2), (1, 2, 1))  # rows, inputs, targets
STEPS = 3
CHANGES = (0, 1)
Loss = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


def _training(loss_of: Loss) -> Callable[..., float]:
    def train(model: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, yakin: torch.Tensor, langkah: int) -> float:
        loss = torch.zeros(())
        for _ in range(langkah):
            opt.zero_grad()
            loss = loss_of(model(x), y, yakin)
            loss.backward()
            opt.step()
        return loss.item()

    return train


RIGHT = _training(lambda p, y, trust: (trust[:, None] * (p - y) ** 2).sum() / trust.sum())
SLIPS = {
    "Hasil ini sama untuk susunan `yakin` mana pun: setiap keyakinan masih bertemu setiap selisih. Cetak bentuk hasil kalinya.": _training(
        lambda p, y, trust: ((p - y) ** 2).sum()
    ),
    "Keyakinannya ikut dikuadratkan. Yang dikalikan kuadrat selisihnya, bukan selisihnya.": _training(
        lambda p, y, trust: ((trust[:, None] * (p - y)) ** 2).sum() / trust.sum()
    ),
    "Pembaginya banyaknya unsur. Rata-rata berbobot dibagi jumlah bobotnya, `yakin.sum()`.": _training(
        lambda p, y, trust: (trust[:, None] * (p - y) ** 2).mean()
    ),
    "Pembaginya banyaknya baris. Rata-rata berbobot dibagi jumlah bobotnya, `yakin.sum()`.": _training(
        lambda p, y, trust: (trust[:, None] * (p - y) ** 2).sum() / len(y)
    ),
    "Pembaginya belum ada. Rata-rata berbobot dibagi jumlah bobotnya, `yakin.sum()`.": _training(
        lambda p, y, trust: (trust[:, None] * (p - y) ** 2).sum()
    ),
    "Yang dikalikan keyakinan target atau prediksinya sendiri. Selisihnya dihitung dulu, dari angka aslinya.": _training(
        lambda p, y, trust: ((p - trust[:, None] * y) ** 2).sum() / trust.sum()
    ),
    "Baris dengan keyakinan di antara 0 dan 1 Anda perlakukan sama. Keyakinan 0.5 berarti separuh pengaruh.": _training(
        lambda p, y, trust: ((p - y)[trust > 0] ** 2).sum() / (trust > 0).sum()
    ),
}  # fmt: skip


def _arguments(seed: int, size: tuple[int, int, int], dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    rows, inputs, targets = size
    model = network(seed, inputs, targets, dtype=dtype)
    trust = normal(seed + 3, rows, dtype=dtype).abs() + 0.25
    trust[1::3] = 0
    return (model, OPTIMIZERS[opt](model.parameters()), normal(seed + 1, rows, inputs, dtype=dtype),
            normal(seed + 2, rows, targets, dtype=dtype), trust, STEPS)


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for number, size in enumerate(SIZES):
            opt = list(OPTIMIZERS)[number % len(OPTIMIZERS)]
            told = f"Dengan {size[0]} baris, {size[2]} kolom target, dan {opt}, sesudah {STEPS} langkah"
            yield Case(told, lambda size=size, dtype=dtype, opt=opt: _arguments(SEEDS[0], size, dtype, opt))  # type: ignore[misc]


def ignored_rows(trial: Trial) -> None:
    outcomes = []
    for shift in (0.0, 40.0):
        args = _arguments(SEEDS[1], SIZES[0], torch.float64, "SGD")
        args[3][1] += shift
        outcomes.append(outcome(RIGHT, args, trial.call("latih", *args, changes=CHANGES), "loss"))
    if told := difference(outcomes[1], outcomes[0]):
        raise Wrong("Baris 1 diberi keyakinan 0, jadi targetnya tidak boleh berpengaruh. Ketika target itu kami tambah 40, hasilnya "
                    f"ikut berubah. {told} Baris yang tidak dipercaya masih menarik model.")


def trained(trial: Trial) -> None:
    compare(trial, "latih", _cases(), RIGHT, SLIPS, CHANGES,
            "Loss-nya jumlah keyakinan kali kuadrat selisih, dibagi jumlah keyakinan.", results="loss")


CHECKS = (ignored_rows, trained)
