"""Latihan 41: satu langkah GAN; gradien giliran pembuat tertinggal di penilai."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare
from jejak.trial import Trial

SIZES = ((6, 2, 1, 1), (3, 1, 2, 1), (5, 2, 3, 1))  # rows, noise, features, score
STEPS = 4
CHANGES = (0, 1, 2, 3)
Models = tuple[nn.Module, nn.Module]


def _aim(score: torch.Tensor, value: float) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(score, torch.full_like(score, value))


def _step(
    zero_between: bool = True, makers_turn: bool = True, fool: float = 1.0, critic_first: bool = False, again: bool = False, zero_late: bool = False
) -> Callable[..., Any]:
    def step(
        pembuat: nn.Module, penilai: nn.Module, opt_pembuat: torch.optim.Optimizer, opt_penilai: torch.optim.Optimizer,
        asli: torch.Tensor, acak: torch.Tensor,
    ) -> Any:  # fmt: skip
        opt_pembuat.zero_grad()
        opt_penilai.zero_grad()
        fake = pembuat(acak)

        def maker() -> float:
            loss = _aim(penilai(fake if makers_turn else fake.detach()), fool)
            loss.backward()
            opt_pembuat.step()
            return loss.item()

        def critic() -> float:
            if zero_between:
                opt_penilai.zero_grad()
            loss = _aim(penilai(asli), 1.0) + _aim(penilai((pembuat(acak) if again else fake).detach()), 0.0)
            loss.backward()
            if zero_late:
                opt_penilai.zero_grad()
            opt_penilai.step()
            return loss.item()

        if critic_first:
            sharp = critic()
            return maker(), sharp
        return maker(), critic()

    return step


RIGHT = _step()
SLIPS = {
    "`penilai` masih melangkah dengan gradien yang bukan hanya miliknya: cetak `.grad`-nya tepat sebelum `jeli.backward()`.": _step(zero_between=False),
    "`pembuat` tidak lagi belajar: gradien `mengecoh` tidak sampai kepadanya.": _step(makers_turn=False),
    "Giliran `pembuat` sekarang menurunkan skor tiruannya sendiri; ia ingin skor itu seperti milik yang asli.": _step(fool=0.0),
    "Urutan gilirannya terbalik: `pembuat` dulu, baru `penilai`.": _step(critic_first=True),
    "`penilai` menilai tiruan baru, dari `pembuat` yang sudah bergeser. Kedua giliran memakai tiruan yang sama.": _step(again=True),
    "`penilai` tidak lagi belajar: gradiennya dikosongkan tepat sebelum `opt_penilai.step()`.": _step(zero_late=True),
}  # fmt: skip


def _arguments(number: int, dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    rows, noise, features, score = SIZES[number]
    pembuat = network(SEEDS[0], noise, features, dtype=dtype)
    penilai = network(SEEDS[0] + 7, features, 3, score, dtype=dtype)
    asli = 2 + normal(SEEDS[0] + 1, STEPS, rows, features, dtype=dtype)
    acak = normal(SEEDS[0] + 2, STEPS, rows, noise, dtype=dtype)
    return pembuat, penilai, OPTIMIZERS[opt](pembuat.parameters()), OPTIMIZERS[opt](penilai.parameters()), asli, acak


def _steps(program: Callable[..., Any], pembuat: Any, penilai: Any, first: Any, second: Any, asli: torch.Tensor, acak: torch.Tensor) -> Any:
    result: Any = None
    for real, noise in zip(asli, acak):
        result = program(pembuat, penilai, first, second, real, noise)
    return result


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for number, opt in enumerate(OPTIMIZERS):
            told = f"Dengan {SIZES[number][0]} baris dan {opt}, sesudah {STEPS} langkah"
            yield Case(told, lambda number=number, dtype=dtype, opt=opt: _arguments(number, dtype, opt))  # type: ignore[misc]


def trained(trial: Trial) -> None:
    compare(trial, "langkah", _cases(), RIGHT, SLIPS, CHANGES, "Setiap model melangkah dengan gradien loss-nya sendiri, `pembuat` dulu.",
            results=("mengecoh", "jeli"), drive=_steps)


CHECKS = (trained,)
