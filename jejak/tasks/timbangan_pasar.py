"""Latihan 35: rata-rata bergerak yang berbagi memori dengan parameternya."""

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

SIZES = ((2, 1), (3, 4, 2), (1, 1))  # widths of the model
DECAYS = (0.9, 0.5, 0.0, 1.0)
BATCHES = 4
CHANGES = (0, 1)
Tensors = list[torch.Tensor]
Update = Callable[[Tensors, Tensors, float], Tensors]


def _averaging(start: Callable[[Tensors], Tensors], update: Update, before_step: bool = False) -> Callable[..., Tensors]:
    def train(model: nn.Module, opt: torch.optim.Optimizer, data: list[tuple[torch.Tensor, torch.Tensor]], d: float) -> Tensors:
        mean = start([p.detach().clone() for p in model.parameters()])
        for x, y in data:
            opt.zero_grad()
            F.mse_loss(model(x), y).backward()
            if before_step:
                mean = update(mean, [p.detach().clone() for p in model.parameters()], d)
            opt.step()
            if not before_step:
                mean = update(mean, [p.detach().clone() for p in model.parameters()], d)
        return mean

    return train


def _mix(mean: Tensors, new: Tensors, d: float) -> Tensors:
    return [d * m + (1 - d) * n for m, n in zip(mean, new)]


RIGHT = _averaging(lambda first: first, _mix)
SLIPS: dict[str, Callable[..., Any]] = {
    "Isinya persis bobot terakhir: tidak ada nilai lama yang bertahan di sana. Apa yang mengubah isi `rata` selain `lerp_`?": _averaging(
        lambda first: first, lambda mean, new, d: new
    ),
    "Isinya masih bobot awal: hasil pergeseran tidak pernah masuk ke daftarnya.": _averaging(lambda first: first, lambda mean, new, d: mean),
    "`d` dan `1 - d` tertukar: yang lama berbobot `d`.": _averaging(lambda first: first, lambda mean, new, d: _mix(mean, new, 1 - d)),
    "Rata-ratanya mulai dari nol; mulainya dari bobot awal.": _averaging(lambda first: [torch.zeros_like(p) for p in first], _mix),
    "Pergeserannya terjadi sebelum `opt.step()`, jadi selalu tertinggal satu langkah.": _averaging(lambda first: first, _mix, before_step=True),
}  # fmt: skip


def _arguments(seed: int, widths: tuple[int, ...], dtype: torch.dtype, opt: str, d: float) -> tuple[Any, ...]:
    model = network(seed, *widths, dtype=dtype)
    data = [(normal(seed + 10 * n, n + 1, widths[0], dtype=dtype), normal(seed + 10 * n + 5, n + 1, widths[-1], dtype=dtype))
            for n in range(1, BATCHES + 1)]
    return model, OPTIMIZERS[opt](model.parameters()), data, d


def _cases() -> Iterator[Case]:
    for dtype in TYPES:
        for widths, opt in zip(SIZES, OPTIMIZERS):
            for d in DECAYS:
                told = f"Dengan {opt}, d = {d}, dan {BATCHES} batch"
                yield Case(told, lambda w=widths, dt=dtype, o=opt, d=d: _arguments(SEEDS[0], w, dt, o, d))  # type: ignore[misc]


def averaged(trial: Trial) -> None:
    compare(trial, "latih", _cases(), RIGHT, SLIPS, CHANGES,
            "Sesudah setiap `opt.step()`: rata-rata baru = d × rata-rata lama + (1 − d) × bobot baru.", results="rata")


def plain(trial: Trial) -> None:
    args = _arguments(SEEDS[1], SIZES[1], torch.float64, "SGD", 0.9)
    got = trial.call("latih", *args, changes=CHANGES)
    for number, tensor in enumerate(got):
        if tensor.requires_grad:
            how = "membawa graf" if tensor.grad_fn is not None else "meminta gradien"
            raise Wrong(f"Angkanya tepat, tetapi `rata[{number}]` masih {how}. Rata-rata bergerak tidak dilatih; lepaskan waktu disalin.")


CHECKS = (averaged, plain)
