"""Satu putaran Latihan 52 yang benar, dan putaran-putaran keliru yang dikenal."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from jejak.verdict import Advice

Sheets = list[tuple[torch.Tensor, torch.Tensor]]
Steps = list[float]
MEAN = Advice("", "Gradien satu langkah: rata-rata atas semua baris dari semua lembar di kelompoknya.")
Weights = Callable[[list[int]], list[float]]
BY_ROWS: Weights = lambda rows: [n / sum(rows) for n in rows]  # noqa: E731


def turn(model: nn.Module, opt: torch.optim.Optimizer, sheets: Sheets, gather: int, weights: Weights = BY_ROWS, rest: bool = True, empty: bool = True) -> Steps:
    """Satu putaran; bobot lain, sisa yang dibuang, atau gradien yang tidak dikosongkan menjadikannya kekeliruan yang dikenal."""
    losses = []
    groups = [sheets[at : at + gather] for at in range(0, len(sheets), gather)]
    for group in groups if rest else [group for group in groups if len(group) == gather]:
        if empty or group is groups[0]:
            opt.zero_grad()
        parts = [F.mse_loss(model(x), y) * share for (x, y), share in zip(group, weights([len(x) for x, _ in group]))]
        for part in parts:
            part.backward()
        opt.step()
        losses.append(sum(part.item() for part in parts))
    return losses


def _each_steps(model: nn.Module, opt: torch.optim.Optimizer, sheets: Sheets, gather: int) -> Steps:
    """A step for every sheet, with the share that it has of its group."""
    for at in range(0, len(sheets), gather):
        group = sheets[at : at + gather]
        opt.zero_grad()
        for (x, y), share in zip(group, BY_ROWS([len(x) for x, _ in group])):
            (F.mse_loss(model(x), y) * share).backward()
            opt.step()
    return []


def _last_only(rows: list[int]) -> list[float]:
    return [0.0] * (len(rows) - 1) + [rows[-1] / sum(rows)]


Slip = Callable[[nn.Module, torch.optim.Optimizer, Sheets, int], Steps]


def _weighted(weights: Weights) -> Slip:
    return lambda model, opt, sheets, gather: turn(model, opt, sheets, gather, weights)


ALONE = Advice("Setiap lembar menjadi satu langkah sendiri.", "Kumpulkan dulu gradien `kumpul` lembar, lalu satu `step()`.")
SLIPS: Sequence[tuple[Advice, Slip]] = (
    (Advice("Pembaginya `kumpul`, juga untuk kelompok terakhir yang lebih pendek.", MEAN.mend),
     lambda model, opt, sheets, gather: turn(model, opt, sheets, gather, lambda rows: [1 / gather] * len(rows))),
    (Advice("Semua lembar Anda beri bobot sama; lembar kecil jadi terlalu penting.", "Bobot sebuah lembar: barisnya dibagi baris seluruh kelompok."),
     _weighted(lambda rows: [1 / len(rows)] * len(rows))),
    (Advice("Gradien setiap lembar dijumlahkan begitu saja; makin banyak lembar, makin jauh langkahnya.", MEAN.mend), _weighted(lambda rows: [1.0] * len(rows))),
    (Advice("Bobotnya banyak baris, belum dibagi jumlahnya.", MEAN.mend), _weighted(lambda rows: [float(n) for n in rows])),
    (Advice("Gradien hanya dari lembar terakhir di setiap kelompok.", "Jangan kosongkan gradien di antara lembar sekelompok."), _weighted(_last_only)),
    (Advice("Lembar yang tersisa di akhir tidak pernah menjadi langkah.", "Kelompok terakhir boleh lebih pendek; ia pun punya `step()`."),
     lambda model, opt, sheets, gather: turn(model, opt, sheets, gather, rest=False)),
    (Advice("Gradien kelompok sebelumnya masih ikut.", "Kosongkan gradien sebelum kelompok baru dimulai."),
     lambda model, opt, sheets, gather: turn(model, opt, sheets, gather, empty=False)),
    (ALONE, _each_steps),
    (ALONE, lambda model, opt, sheets, gather: turn(model, opt, sheets, 1)),
)  # fmt: skip
