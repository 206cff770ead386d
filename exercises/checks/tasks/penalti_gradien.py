"""Latihan 04: penalti gradien yang bisa dilatih dan tidak meninggalkan jejak."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from exercises.checks.data import SEEDS, TYPES, normal, strided
from exercises.checks.difference import differ
from exercises.checks.trial import Trial
from exercises.checks.verdict import Wrong

NAME = "gradient_penalty"
ROOM = {torch.float64: 1e-5, torch.float32: 1e-3}  # a guard of 1e-12 or so inside the root is welcome
AT_ZERO = 1e-3  # where a norm is 0 the guard shows: √1e-8 is 0.0001
TARGETS = (1.0, 0.0, 2.5)


class Critic(nn.Module):
    """A small smooth critic for examples of any shape: scores (n, 1)."""

    def __init__(self, seed: int, features: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.inner = nn.Linear(features, 7, dtype=dtype)
        self.outer = nn.Linear(7, 1, dtype=dtype)
        for at, parameter in enumerate(self.parameters()):
            parameter.data = normal(seed + at, *parameter.shape, dtype=dtype, scale=0.9)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.outer(torch.tanh(self.inner(x.flatten(1))))
        return scores


class Kinked(Critic):
    """The same with relu: an example far on the negative side gets no gradient at all."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores: torch.Tensor = self.outer(torch.relu(self.inner(x.flatten(1))))
        return scores


def _norms(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    x = x.detach().clone().requires_grad_()
    (slope,) = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    return slope.flatten(1).norm(dim=1)


def right_penalty(model: nn.Module, x: torch.Tensor, target: float = 1.0) -> torch.Tensor:
    return ((_norms(model, x) - target) ** 2).mean()


def _slope(model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    x = x.detach().clone().requires_grad_()
    return torch.autograd.grad(model(x).sum(), x)[0]


SLIPS: Mapping[str, Callable[[nn.Module, torch.Tensor, float], torch.Tensor]] = {
    "Yang diturunkan rata-rata skor, jadi gradien setiap contoh terbagi n. Turunkan jumlahnya: `model(x).sum()`.": lambda m, x, t: ((_norms(m, x) / len(x) - t) ** 2).mean(),
    "Normanya dirata-ratakan dulu, baru dikuadratkan: contoh bernorma 0 dan 2 tampak sempurna. Kuadratkan selisih setiap contoh, lalu rata-ratakan.": lambda m, x, t: (_norms(m, x).mean() - t) ** 2,
    "Hanya contoh pertama yang diturunkan; gradien contoh lainnya nol. Turunkan jumlah semua skor.": lambda m, x, t: ((_norms(m, x) * (torch.arange(len(x)) == 0) - t) ** 2).mean(),
    "Normanya satu untuk seluruh batch; yang diminta satu norma per contoh: `flatten(1)` lalu `norm(dim=1)`.": lambda m, x, t: (_slope(m, x).norm() - t) ** 2,
    "Normanya dihitung pada sumbu 1 saja. Untuk masukan berdimensi lebih dari dua itu norma per piksel; ratakan dulu dengan `flatten(1)`.": lambda m, x, t: ((_slope(m, x).norm(dim=1) - t) ** 2).mean(),
    "Normanya dihitung pada sumbu terakhir saja; ratakan dulu setiap contoh dengan `flatten(1)`.": lambda m, x, t: ((_slope(m, x).norm(dim=-1) - t) ** 2).mean(),
    "Normanya dihitung atas sumbu contoh: `dim=0` adalah batch. Pakai `flatten(1)` lalu `norm(dim=1)`.": lambda m, x, t: ((_slope(m, x).norm(dim=0) - t) ** 2).mean(),
    "Akarnya belum ada: norma adalah akar dari jumlah kuadrat.": lambda m, x, t: ((_norms(m, x) ** 2 - t) ** 2).mean(),
    "Yang dipakai norma L1, jumlah nilai mutlak; yang diminta akar jumlah kuadrat.": lambda m, x, t: ((_slope(m, x).flatten(1).abs().sum(1) - t) ** 2).mean(),
    "Selisihnya belum dikuadratkan.": lambda m, x, t: (_norms(m, x) - t).mean(),
    "Selisihnya diambil nilai mutlaknya; yang diminta kuadratnya.": lambda m, x, t: (_norms(m, x) - t).abs().mean(),
    "Hanya norma di atas target yang dihukum. Itu penalti satu sisi; yang diminta menghukum norma di bawah target juga.": lambda m, x, t: ((_norms(m, x) - t).clamp(min=0) ** 2).mean(),
    "Penaltinya dijumlahkan; yang diminta rata-rata atas contoh.": lambda m, x, t: ((_norms(m, x) - t) ** 2).sum(),
    "`target` tidak dipakai: Anda selalu mengurangi 1.": lambda m, x, t: ((_norms(m, x) - 1) ** 2).mean(),
    "Norma dibagi banyaknya unsur (akar rata-rata kuadrat); yang diminta akar jumlah kuadrat.": lambda m, x, t: ((_slope(m, x).flatten(1).pow(2).mean(1).sqrt() - t) ** 2).mean(),
}


def _penalty(trial: Trial, model: nn.Module, x: torch.Tensor, *target: float, **named: Any) -> torch.Tensor:
    got: Any = trial.call(NAME, model, x, *target, **named)
    if not isinstance(got, torch.Tensor):
        raise Wrong(f"`{NAME}` seharusnya mengembalikan tensor satu angka, bukan {type(got).__name__}: `.item()` dan `float()` memutus graf.", check="scalar")
    if got.ndim:
        raise Wrong(f"Penalti seharusnya satu angka, bentuk (); yang datang berbentuk {tuple(got.shape)}. Rata-ratakan atas contoh.", check="scalar")
    return got


def scalar(trial: Trial) -> None:
    for dtype in TYPES:
        got = _penalty(trial, Critic(SEEDS[0], 3, dtype), normal(1, 5, 3, dtype=dtype))
        if got.dtype != dtype:
            raise Wrong(f"Model dan masukannya {dtype}, tetapi penaltinya {got.dtype}. Jangan ubah dtype di tengah jalan.")


def values(trial: Trial) -> None:
    for dtype in TYPES:
        for seed in SEEDS:
            _same_value(trial, Critic(seed, 3, dtype), normal(seed, 5, 3, dtype=dtype))
    _same_value(trial, Critic(SEEDS[0], 3, torch.float64), normal(SEEDS[1], 1, 3))


def targets(trial: Trial) -> None:
    model, x = Critic(SEEDS[0], 4, torch.float64), normal(SEEDS[0], 6, 4)
    for target in TARGETS:
        _same_value(trial, model, x, target)
    got, want = _penalty(trial, model, x, target=0.5), right_penalty(model, x, 0.5)
    if told := differ("penalti", got, want, ROOM[torch.float64]):
        raise Wrong(f"Dengan `target=0.5` penaltinya belum tepat. {told}")


def images(trial: Trial) -> None:
    for shape in ((3, 1, 4, 5), (4, 2, 3, 2), (3, 5, 2), (2, 7)):
        _same_value(trial, Critic(SEEDS[1], torch.Size(shape[1:]).numel(), torch.float64), normal(SEEDS[1], *shape))


def layouts(trial: Trial) -> None:
    x = normal(SEEDS[0], 5, 3)
    for laid in (strided(x), x[:1].expand(5, 3), x.clone().requires_grad_(), x.clone().requires_grad_() * 2):
        _same_value(trial, Critic(SEEDS[0], 3, torch.float64), laid)


def _same_value(trial: Trial, model: nn.Module, x: torch.Tensor, target: float = 1.0) -> None:
    got, want = _penalty(trial, model, x, target), right_penalty(model, x, target)
    if told := differ("penalti", got, want, ROOM[x.dtype]):
        about = f"Untuk x berbentuk {tuple(x.shape)} dan target {target:g}"
        raise Wrong(f"{about} penaltinya belum tepat. {told} {_advice(model, x, target, got)}".strip())


def _advice(model: nn.Module, x: torch.Tensor, target: float, got: torch.Tensor) -> str:
    for advice, slip in SLIPS.items():
        if not differ("", got, slip(model, x, target).detach().to(got.dtype), ROOM[x.dtype]):
            return advice
    return "Urutannya: gradien jumlah skor terhadap x, satu norma per contoh, dikurangi target, dikuadratkan, lalu rata-rata."


def trainable(trial: Trial) -> None:
    """The gradient with respect to every parameter, as a training step needs it."""
    for dtype in TYPES:
        for seed in SEEDS:
            _same_gradients(trial, Critic(seed, 6, dtype), normal(seed, 4, 2, 3, dtype=dtype), ROOM[dtype], "Nilainya tepat, tetapi")


def zero_slopes(trial: Trial) -> None:
    """An example without any slope, alone and among good ones."""
    for dtype in TYPES:
        model, x = Kinked(SEEDS[0], 3, dtype), normal(SEEDS[0], 5, 3, dtype=dtype)
        model.inner.weight.data = model.inner.weight.data.abs() + 0.1
        x[1] = -30.0
        _same_gradients(trial, model, x, AT_ZERO, "Bila lereng satu contoh tepat nol,")
        flat = Critic(SEEDS[0], 3, dtype)
        flat.outer.weight.data.zero_()
        _same_gradients(trial, flat, x, AT_ZERO, "Bila lapisan terakhir berbobot nol,")


def _same_gradients(trial: Trial, model: nn.Module, x: torch.Tensor, room: float, what: str) -> None:
    got, want = _penalty(trial, model, x), right_penalty(model, x)
    if told := differ("penalti", got, want, room):
        raise Wrong(f"{what} nilai penaltinya belum tepat. {told}")
    if not got.requires_grad:
        raise Wrong(
            "Nilainya tepat, tetapi penalti ini tidak punya jalan ke bobot model: ia konstanta dan tidak melatih apa pun. "
            "Pakai `create_graph=True` pada `torch.autograd.grad`, dan jangan `detach` lerengnya."
        )
    parameters = dict(model.named_parameters())
    found = torch.autograd.grad(got, list(parameters.values()), allow_unused=True)
    right = torch.autograd.grad(want, list(parameters.values()), allow_unused=True)
    for (name, parameter), g, w in zip(parameters.items(), found, right, strict=True):
        g, w = (torch.zeros_like(parameter) if part is None else part for part in (g, w))
        if not g.isfinite().all():
            raise Wrong(
                f"{what} gradien `{name}` menjadi NaN atau Inf. Turunan √a di a = 0 tak terhingga: pakai `norm(dim=1)`, yang memilih 0 di sana, "
                "atau tambahkan 1e-12 di dalam akar, bukan di luarnya."
            )
        if told := differ(f"{name}.grad", g, w, room):
            raise Wrong(f"{what} gradien terhadap bobot belum. {told} {_lost(g)}".strip())


def _lost(got: torch.Tensor) -> str:
    if not got.any():
        return "Jalan dari penalti ke bobot ini hilang: adakah `detach`, `.data`, atau bagian yang dihitung tanpa `create_graph=True`?"
    return "Sebagian jalan dari penalti ke bobot hilang, atau sebuah faktor dianggap konstanta."


def repeatable(trial: Trial) -> None:
    """Twice the same, beside a training step that uses the same model, and the modes of all parts as they were."""
    model, x = Critic(SEEDS[1], 3, torch.float64), normal(SEEDS[1], 4, 3)
    for training in (True, False):
        model.train(training)
        model.outer.train(not training)
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        first, second = _penalty(trial, model, x), _penalty(trial, model, x)
        if told := differ("penalti", second, first.detach(), ROOM[torch.float64]):
            raise Wrong(f"Panggilan kedua memberi hasil lain dari yang pertama. {told} Ada yang menumpuk, atau ada bilangan acak di dalamnya.")
    torch.autograd.grad(model(x).mean() + second, list(model.parameters()))


CHECKS = (scalar, values, targets, images, layouts, trainable, zero_slopes, repeatable)
