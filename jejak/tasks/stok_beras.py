"""Latihan 42: gradien yang masih dikalikan skala `GradScaler`, dipotong seolah-olah sudah dibagi."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, normal
from jejak.models import OPTIMIZERS, network
from jejak.reference import Case, compare
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((5, 2, 1), (1, 3, 4, 2), (6, 1, 3))  # rows, then the widths of the model
SCALES = (1024.0, 65536.0, 1.0)
LIMITS = (0.05, 50.0)
STEPS = 3
CHANGES = (0, 1, 2)
ROOM = {torch.float64: 1e-4, torch.float32: 1e-3}  # torch divides by norm + 1e-6
Scaler = torch.amp.GradScaler


def _step(clip: Callable[[list[nn.Parameter], Any, Scaler, float], Any]) -> Callable[..., float]:
    def step(model: nn.Module, opt: torch.optim.Optimizer, penskala: Scaler, x: torch.Tensor, y: torch.Tensor, batas: float) -> float:
        opt.zero_grad()
        loss = F.mse_loss(model(x), y)
        penskala.scale(loss).backward()
        clip(list(model.parameters()), opt, penskala, batas)
        penskala.step(opt)
        penskala.update()
        return loss.item()

    return step


def _unscaled(clip: Callable[[list[nn.Parameter], float], Any]) -> Callable[..., float]:
    def first(params: list[nn.Parameter], opt: Any, scaler: Scaler, limit: float) -> None:
        scaler.unscale_(opt)
        clip(params, limit)

    return _step(first)


def _divided(params: list[nn.Parameter], opt: Any, scaler: Scaler, limit: float) -> None:
    for p in params:
        p.grad = None if p.grad is None else p.grad / scaler.get_scale()
    nn.utils.clip_grad_norm_(params, limit)


RIGHT = _unscaled(nn.utils.clip_grad_norm_)
SLIPS = {
    "Langkahnya kira-kira dibagi skala: waktu dibandingkan dengan `batas`, gradiennya bukan gradien yang sebenarnya.": _step(
        lambda params, opt, scaler, limit: nn.utils.clip_grad_norm_(params, limit)
    ),
    "Gradiennya tidak dipotong lagi sebelum melangkah.": _step(lambda params, opt, scaler, limit: None),
    "Gradiennya dibagi skala dua kali: sekali oleh Anda, sekali oleh `penskala.step`.": _step(_divided),
    "Gradiennya dipotong menurut nilai, unsur demi unsur; yang dibatasi normanya.": _unscaled(nn.utils.clip_grad_value_),
    "Batasnya dibagi skala; gradien yang masih diperbesar lalu dipotong makin pendek.": _step(
        lambda params, opt, scaler, limit: nn.utils.clip_grad_norm_(params, limit / scaler.get_scale())
    ),
}  # fmt: skip


def _arguments(size: tuple[int, ...], opt: str, scale: float, limit: float) -> tuple[Any, ...]:
    rows, *widths = size
    model = network(SEEDS[0], *widths)
    x, y = normal(SEEDS[0] + 1, rows, widths[0]), 2 * normal(SEEDS[0] + 2, rows, widths[-1])
    return model, OPTIMIZERS[opt](model.parameters()), Scaler("cpu", init_scale=scale), x, y, limit


def _steps(program: Callable[..., Any], *args: Any) -> Any:
    losses = [program(*args) for _ in range(STEPS)]
    return losses[-1]


def _cases() -> Iterator[Case]:
    for size, opt in zip(SIZES, OPTIMIZERS):
        for scale in SCALES:
            for limit in LIMITS:
                told = f"Dengan skala {scale:g}, batas {limit:g}, dan {opt}, sesudah {STEPS} langkah"
                yield Case(told, lambda s=size, o=opt, sc=scale, li=limit: _arguments(s, o, sc, li))  # type: ignore[misc]


def clipped(trial: Trial) -> None:
    compare(trial, "langkah", _cases(), RIGHT, SLIPS, CHANGES,
            "Gradien yang sebenarnya, dengan norma paling besar `batas`, dipakai oleh optimizer.", results="loss", drive=_steps, room=ROOM)


def infinite(trial: Trial) -> None:
    model, opt, scaler, x, y, limit = _arguments(SIZES[0], "SGD", 1024.0, LIMITS[0])
    x = x.clone()
    x[0, 0] = torch.inf
    before = [p.detach().clone() for p in model.parameters()]
    trial.call("langkah", model, opt, scaler, x, y, limit, changes=CHANGES)
    case = "Satu baris data membuat gradiennya tidak berhingga. Langkah itu seharusnya dilewati"
    if not all(torch.equal(p.detach(), old) for p, old in zip(model.parameters(), before)):
        raise Wrong(f"{case}, tetapi parameternya berubah. Yang memeriksa dan melewatinya `penskala.step(opt)`.")
    if scaler.get_scale() != 512.0:
        raise Wrong(f"{case} dan skalanya diturunkan dari 1024 menjadi 512; sekarang {scaler.get_scale():g}. Itu tugas `penskala.update()`, sesudah "
                    "`penskala.step(opt)`.")


CHECKS = (clipped, infinite)
