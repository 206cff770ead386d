"""Latihan 36: fitur yang dihitung satu kali di luar putaran, sedangkan bobotnya ikut dilatih."""

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

SIZES = ((5, 2, 3, 1), (1, 1, 4, 2), (6, 3, 2, 1))  # rows, inputs, features, outputs
STEPS = 4
CHANGES = (0, 1, 2)
Features = Callable[[nn.Module, torch.Tensor], torch.Tensor]


def _training(features: Features, often: bool = True, squash: Callable[[torch.Tensor], torch.Tensor] = torch.tanh) -> Callable[..., float]:
    def train(badan: nn.Module, kepala: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, langkah: int) -> float:
        loss, seen = torch.zeros(()), features(badan, x)
        for _ in range(langkah):
            opt.zero_grad()
            loss = F.mse_loss(kepala(squash(features(badan, x) if often else seen)), y)
            loss.backward(retain_graph=not often)
            opt.step()
        return loss.item()

    return train


def _cut(badan: nn.Module, x: torch.Tensor) -> torch.Tensor:
    return badan(x).detach()


RIGHT = _training(lambda badan, x: badan(x))
SLIPS = {
    "Loss itu milik fitur dari bobot `badan` yang pertama. Bandingkan `fitur` dengan `badan(x)` di langkah kedua.": _training(
        lambda badan, x: badan(x), often=False
    ),
    "`badan` tidak lagi belajar: gradiennya berhenti di fitur. Kedua bagian seharusnya dilatih.": _training(_cut),
    "Fiturnya masuk ke `kepala` tanpa tanh.": _training(lambda badan, x: badan(x), squash=lambda z: z),
}  # fmt: skip


def _arguments(seed: int, size: tuple[int, ...], dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    rows, inputs, features, outputs = size
    badan, kepala = network(seed, inputs, features, dtype=dtype), network(seed + 7, features, outputs, dtype=dtype)
    x, y = normal(seed + 1, rows, inputs, dtype=dtype), normal(seed + 2, rows, outputs, dtype=dtype)
    return badan, kepala, OPTIMIZERS[opt]([*badan.parameters(), *kepala.parameters()]), x, y, STEPS


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for size, opt in zip(SIZES, OPTIMIZERS):
            told = f"Dengan {size[0]} baris dan {opt}, sesudah {STEPS} langkah"
            yield Case(told, lambda size=size, dtype=dtype, opt=opt: _arguments(SEEDS[0], size, dtype, opt))  # type: ignore[misc]


def trained(trial: Trial) -> None:
    compare(trial, "latih", _cases(), RIGHT, SLIPS, CHANGES,
            "Setiap langkah menghitung fitur, taksiran, dan loss dengan bobot yang sekarang.", results="loss")


def deep_body(trial: Trial) -> None:
    # A body of two layers keeps a weight for backward: a graph of an earlier step is refused there.
    badan, kepala = network(SEEDS[1], 2, 4, 3), network(SEEDS[1] + 7, 3, 1)
    opt = OPTIMIZERS["SGD"]([*badan.parameters(), *kepala.parameters()])
    try:
        trial.call("latih", badan, kepala, opt, normal(1, 4, 2), normal(2, 4, 1), STEPS, changes=CHANGES)
    except RuntimeError as error:
        if "inplace" not in str(error) and "a second time" not in str(error):
            raise
        raise Wrong("Dengan `badan` dua lapisan programnya berhenti: graf dari langkah sebelumnya dilalui lagi sesudah `opt.step()` mengubah "
                    "bobot yang disimpannya. Ada yang masih dihitung di luar putaran.") from None


CHECKS = (deep_body, trained)
