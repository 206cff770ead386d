"""Latihan 40: simpanan sigmoid yang ditimpa lewat .data untuk sebuah laporan."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((5, 2, 1), (1, 3, 4, 2), (6, 1, 3))  # rows, then the widths of the model
STEPS = 3
CHANGES = (0, 1)
Percent = Callable[[torch.Tensor], torch.Tensor]


def _percent(chance: torch.Tensor) -> torch.Tensor:
    return (chance.detach() * 100).round()


def _spoils(chance: torch.Tensor) -> torch.Tensor:
    return chance.data.mul_(100).round()


def _step(report: Percent = _percent, loss_of: Percent = lambda p: p, late: bool = False) -> Callable[..., Any]:
    def step(model: nn.Module, opt: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor) -> Any:
        opt.zero_grad()
        chance = torch.sigmoid(model(x))
        loss = ((loss_of(chance) - y) ** 2).mean()
        percent = report(chance)
        loss.backward()
        opt.step()
        return loss.item(), report(torch.sigmoid(model(x))) if late else percent

    return step


RIGHT = _step()
SLIPS = {
    "Gradiennya masih memakai simpanan yang sudah diubah: sigmoid mengalikan dengan s(1 − s), dan s di sana bukan lagi peluang.": _step(_spoils),
    "Loss itu milik persen, bukan peluang.": _step(loss_of=lambda p: 100 * p),
    "Loss itu milik peluang yang sudah dibulatkan, jadi gradiennya nol.": _step(loss_of=lambda p: (100 * p).round() / 100),
    "Persennya belum dibulatkan.": _step(lambda p: p.detach() * 100),
    "Yang dilaporkan masih peluang dari 0 sampai 1, bukan persen.": _step(lambda p: p.detach().clone()),
    "Itu peluang yang dibulatkan lebih dulu, baru dijadikan persen.": _step(lambda p: p.detach().round() * 100),
    "Itu taksiran sesudah melangkah; yang dilaporkan taksiran sebelum melangkah.": _step(late=True),
}  # fmt: skip


def _arguments(size: tuple[int, ...], dtype: torch.dtype, opt: str) -> tuple[Any, ...]:
    rows, *widths = size
    model = network(SEEDS[0], *widths, dtype=dtype)
    x = normal(SEEDS[0] + 1, rows, widths[0], dtype=dtype)
    y = (normal(SEEDS[0] + 2, rows, widths[-1], dtype=dtype) > 0).to(dtype)
    return model, OPTIMIZERS[opt](model.parameters()), x, y


def _steps(program: Callable[..., Any], *args: Any) -> Any:
    result: Any = None
    for _ in range(STEPS):
        result = program(*args)
        if not (isinstance(result, (tuple, list)) and len(result) == 2):
            raise Wrong("`langkah` seharusnya mengembalikan dua hal: loss, dan taksiran dalam persen.")
    return result


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for size, opt in zip(SIZES, OPTIMIZERS):
            told = f"Dengan {size[0]} baris dan {opt}, di langkah ke-{STEPS}"
            yield Case(told, lambda size=size, dtype=dtype, opt=opt: _arguments(size, dtype, opt))  # type: ignore[misc]


def trained(trial: Trial) -> None:
    compare(trial, "langkah", _cases(), RIGHT, SLIPS, CHANGES,
            "Loss-nya rata-rata kuadrat dari peluang dikurangi target; laporannya peluang yang sama, kali 100, dibulatkan.",
            results=("loss", "persen"), drive=_steps)


CHECKS = (trained,)
