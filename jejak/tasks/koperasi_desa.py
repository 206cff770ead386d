"""Latihan 39: gradien dipotong sesudah setiap micro-batch, padahal yang dibatasi gradien yang terkumpul."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare, difference, outcome
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((3, 2), (5, 1), (1, 4))  # sheets, rows in each
LIMITS = (0.2, 50.0)
STEPS = 2
CHANGES = (0, 1)
ROOM = {torch.float64: 1e-4, torch.float32: 1e-3}  # torch divides by norm + 1e-6
Sheets = list[tuple[torch.Tensor, torch.Tensor]]
Clip = Callable[[list[nn.Parameter], float], Any]


def _nothing(params: list[nn.Parameter], limit: float) -> None:
    return None


def _step(
    inside: Clip = _nothing, before_step: Clip = _nothing, after_step: Clip = _nothing, alone: Clip = _nothing, mean: bool = True
) -> Callable[..., None]:
    def step(model: nn.Module, opt: torch.optim.Optimizer, lembaran: Sheets, batas: float) -> None:
        opt.zero_grad()
        params = list(model.parameters())
        for x, y in lembaran:
            kept = [p.grad for p in params]
            for p in params:
                p.grad = None
            (F.mse_loss(model(x), y) / (len(lembaran) if mean else 1)).backward()
            alone(params, batas)
            for p, old in zip(params, kept):
                p.grad = p.grad if old is None or p.grad is None else p.grad + old
            inside(params, batas)
        before_step(params, batas)
        opt.step()
        after_step(params, batas)

    return step


def _by_norm(params: list[nn.Parameter], limit: float) -> None:
    nn.utils.clip_grad_norm_(params, limit)


def _by_value(params: list[nn.Parameter], limit: float) -> None:
    nn.utils.clip_grad_value_(params, limit)


def _one_by_one(params: list[nn.Parameter], limit: float) -> None:
    for p in params:
        nn.utils.clip_grad_norm_([p], limit)


RIGHT = _step(before_step=_by_norm)
SLIPS = {
    "Gradien dipotong lagi sesudah setiap lembar, jadi yang lebih dulu terkumpul menyusut berkali-kali.": _step(inside=_by_norm),
    "Gradiennya tidak dipotong lagi. Kalau normanya melebihi `batas`, ia harus dibatasi sebelum melangkah.": _step(),
    "Gradien setiap lembar dipotong sendiri sebelum dijumlahkan. Yang dibatasi gradien yang terkumpul.": _step(alone=_by_norm),
    "Gradien setiap lembar dipotong sendiri, lalu jumlahnya dipotong lagi. Yang dibatasi hanya gradien yang terkumpul.": _step(
        alone=_by_norm, before_step=_by_norm
    ),
    "Sekarang gradiennya dipotong menurut nilai, unsur demi unsur. Yang dibatasi normanya.": _step(before_step=_by_value),
    "Setiap parameter dipotong menurut normanya sendiri. Normanya satu, untuk semua parameter.": _step(before_step=_one_by_one),
    "Gradiennya jumlah, bukan rata-rata atas lembaran: pembaginya hilang.": _step(before_step=_by_norm, mean=False),
}  # fmt: skip


def _arguments(number: int, limit: float, dtype: torch.dtype, opt: str, turned: int = 0) -> tuple[Any, ...]:
    sheets, rows = SIZES[number]
    model = network(SEEDS[0], 2, 3, 1, dtype=dtype)
    data = [(normal(SEEDS[0] + n, rows, 2, dtype=dtype), 2 * normal(SEEDS[0] + n + 50, rows, 1, dtype=dtype)) for n in range(sheets)]
    return model, OPTIMIZERS[opt](model.parameters()), data[turned:] + data[:turned], limit


def _twice(program: Callable[..., Any], *args: Any) -> None:
    for _ in range(STEPS):
        program(*args)


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for number, opt in enumerate(OPTIMIZERS):
            for limit in LIMITS:
                told = f"Dengan {SIZES[number][0]} lembar, batas {limit:g}, dan {opt}, sesudah {STEPS} langkah"
                yield Case(told, lambda n=number, li=limit, dt=dtype, o=opt: _arguments(n, li, dt, o))  # type: ignore[misc]


def order(trial: Trial) -> None:
    outcomes = []
    for turned in (0, 1):
        args = _arguments(0, LIMITS[0], torch.float64, "SGD", turned)
        outcomes.append(outcome(RIGHT, args, trial.call("langkah", *args, changes=CHANGES)))
    if told := difference(outcomes[1], outcomes[0], ROOM):
        raise Wrong(f"Lembar yang sama dalam urutan lain masih memberi langkah yang lain. {told} Cetak gradien yang terkumpul sesudah setiap lembar.")


def clipped(trial: Trial) -> None:
    compare(trial, "langkah", _cases(), RIGHT, SLIPS, CHANGES,
            "Gradien rata-rata dari semua lembar, dengan norma paling besar `batas`, dipakai satu kali oleh `opt.step()`.", drive=_twice, room=ROOM)


CHECKS = (order, clipped)
