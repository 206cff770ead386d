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
from jejak.verdict import Wrong

SIZES = ((6, 2, 1, 1), (3, 1, 2, 1), (5, 2, 3, 1))  # rows, noise, features, score
STEPS = 4
CHANGES = (0, 1, 2, 3)
Models = tuple[nn.Module, nn.Module]
STILL = "`pembuat` tidak lagi belajar: gradien `mengecoh` tidak sampai kepadanya."


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


MEND = "Di giliran `pembuat` biarkan seluruh jalan dari skor sampai `pembuat` tercatat; `detach()` milik giliran `penilai`."
RIGHT = _step()
SLIPS = {
    "`penilai` masih melangkah dengan gradien yang bukan hanya miliknya: cetak `.grad`-nya tepat sebelum `jeli.backward()`.": _step(zero_between=False),
    STILL: _step(makers_turn=False),
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


def reached(trial: Trial) -> None:
    """Tempat jalan dari penilai kembali ke pembuat terputus, kalau pembuat tidak bergeser karenanya."""
    pembuat, penilai, *rest, asli, acak = _arguments(0, torch.float64, "SGD")
    before = [parameter.detach().clone() for parameter in pembuat.parameters()]
    asked: list[tuple[bool, bool]] = []  # of each call of the critic: whether it is recorded, and its input as well
    made: list[bool] = []  # of each call of the maker: whether it is recorded

    def ask(_: nn.Module, inputs: tuple[Any, ...]) -> None:
        asked.append((torch.is_grad_enabled(), any(isinstance(one, torch.Tensor) and one.requires_grad for one in inputs)))

    watches = [pembuat.register_forward_pre_hook(lambda *_: made.append(torch.is_grad_enabled())), penilai.register_forward_pre_hook(ask)]
    try:
        trial.call("langkah", pembuat, penilai, *rest, asli[0], acak[0], changes=CHANGES)
    finally:
        for watch in watches:
            watch.remove()
    still = all(torch.equal(old, new) for old, new in zip(before, pembuat.parameters()))
    if not still or not asked or any(recording and tied for recording, tied in asked):
        return
    if made and not any(made):
        raise Wrong(f"{STILL} `pembuat` dipanggil selagi pencatatan mati, jadi tiruannya tidak punya graf.", mend=MEND)
    if not asked[0][0]:
        raise Wrong(f"{STILL} Di gilirannya `penilai` dipanggil selagi pencatatan mati, jadi skor tiruan tidak punya graf.", mend=MEND)
    raise Wrong(f"{STILL} Di gilirannya tiruan sudah lepas dari graf, seperti oleh `detach()`, sebelum sampai ke `penilai`.", mend=MEND)


CHECKS = (reached, trained)
