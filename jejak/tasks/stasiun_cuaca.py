"""Latihan 55: satu langkah yang dijaga: yang sakit dilewati tanpa bekas, dan tempat pertamanya disebut."""

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.models import OPTIMIZERS, fill
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong
from jejak.watch.snapshot import module_hooks

ROOM = {torch.float64: 1e-9, torch.float32: 1e-4}
NAME = "langkah_terjaga"
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
BEFORE = "Periksa dulu, baru `opt.step()`: sesudah melangkah, NaN sudah ada di parameter dan di ingatan optimizer."


class Root(nn.Module):
    """Healthy forwards at 0, NaN backwards."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.square().sqrt()


class Exp(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.exp(1000 * x)


class Tame(nn.Module):
    """Hides what is infinite: the last layer's output is finite again."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.where(x.isfinite(), x, torch.zeros_like(x))


class Large(nn.Module):
    """Every number is finite, their sum is not."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 1.5e308 * torch.tanh(x.abs() + 3)


class Sick(NamedTuple):
    told: str
    model: nn.Sequential
    loss_fn: Loss
    x: torch.Tensor
    want: str


def _model(*middle: nn.Module, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    layers = [nn.Linear(2, 3, dtype=dtype), *middle, nn.Linear(3, 1, dtype=dtype)]
    return fill(nn.Sequential(*layers), SEEDS[0])


def _data(dtype: torch.dtype = torch.float64) -> tuple[torch.Tensor, torch.Tensor]:
    return normal(SEEDS[1], 4, 2, dtype=dtype), normal(SEEDS[1] + 1, 4, 1, dtype=dtype)


def _with(value: float) -> torch.Tensor:
    x = _data()[0].clone()
    x[2, 1] = value
    return x


def _log(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (pred - pred.detach()).abs().log().mean() + y.mean()


def _root_loss(pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (pred - pred.detach()).abs().sqrt().mean() + F.mse_loss(pred, y)


def _dead_start(first: bool) -> nn.Sequential:
    """A root at exactly 0: the gradients that pass it are infinite or NaN, what lies behind it stays well."""
    model = _model(Root())
    with torch.no_grad():
        for parameter in model[0].parameters():
            parameter.zero_()
    if not first:
        model[0].weight.requires_grad_(False)
    return model


def _situations() -> Iterator[Sick]:
    x = _data()[0]
    for value in (math.nan, math.inf, -math.inf):
        yield Sick(f"satu angka di x bernilai {value:g}", _model(nn.Tanh()), F.mse_loss, _with(value), "0")
    yield Sick("exp di lapisan tengah meluap menjadi Inf", _model(Exp()), F.mse_loss, x, "1")
    yield Sick("lapisan tengah membuat Inf, lalu lapisan sesudahnya menutupinya", _model(Exp(), Tame()), F.mse_loss, x, "1")
    named = nn.Sequential()
    for name, layer in zip(("masuk", "meluap", "keluar"), (nn.Linear(2, 3, dtype=x.dtype), Exp(), nn.Linear(3, 1, dtype=x.dtype))):
        named.add_module(name, layer)
    yield Sick("lapisan bernama `meluap` membuat Inf", fill(named, SEEDS[0]), F.mse_loss, x, "meluap")
    yield Sick("semua lapisan sehat dan loss-nya tidak berhingga", _model(nn.Tanh()), _log, x, "loss")
    yield Sick("maju sehat, dan gradien lapisan pertama tidak berhingga", _dead_start(True), F.mse_loss, x, "0.weight")
    yield Sick("maju sehat, bobot lapisan pertama beku, dan gradien biasnya tidak berhingga", _dead_start(False), F.mse_loss, x, "0.bias")
    yield Sick("maju sehat, dan loss-nya membuat setiap gradien NaN", _model(nn.Tanh()), _root_loss, x, "0.weight")


def healthy(trial: Trial) -> None:
    for dtype in TYPES:
        for name, make in OPTIMIZERS.items():
            for frozen in (False, True):
                mine, right = _model(nn.Tanh(), dtype=dtype), _model(nn.Tanh(), dtype=dtype)
                for model in (mine, right):
                    model[0].requires_grad_(not frozen)
                    for parameter in model.parameters():
                        parameter.grad = torch.full_like(parameter, 7.0) if parameter.requires_grad else None
                x, y = _data(dtype)
                opts = make(p for p in mine.parameters() if p.requires_grad), make(p for p in right.parameters() if p.requires_grad)
                for number in (1, 2):
                    got = trial.call(NAME, mine, opts[0], F.mse_loss, x, y, changes=(0, 1))
                    if got != "":
                        raise Wrong(f"Pada langkah yang sehat ({name}{', lapisan pertama beku' if frozen else ''}) jawabannya seharusnya teks kosong; milik Anda {show(got)}.",
                                    mend="Gradien yang kosong (`None`) bukan gradien yang sakit.")  # fmt: skip
                    opts[1].zero_grad()
                    F.mse_loss(right(x), y).backward()
                    opts[1].step()
                    for (inner, parameter), want in zip(mine.named_parameters(), right.parameters()):
                        if told := differ(inner, parameter, want, ROOM[dtype]):
                            raise Wrong(f"Sesudah {number} langkah yang sehat dengan {name}: {told} Semula `.grad` berisi 7, sisa langkah lain.",
                                        mend="Langkah yang sehat: kosongkan gradien, maju, mundur, `step()`; sekali saja.")  # fmt: skip


def place(trial: Trial) -> None:
    for sick in _situations():
        got = trial.call(NAME, sick.model, OPTIMIZERS["SGD"](sick.model.parameters()), sick.loss_fn, sick.x, _data()[1], changes=(0, 1))
        if got != sick.want:
            raise Wrong(f"Bila {sick.told}, jawabannya seharusnya {sick.want!r}; milik Anda {show(got)}. {_place_advice(got, sick)}",
                        mend="Urutannya: hasil setiap lapisan menurut urutan jalannya, lalu loss, lalu gradien setiap parameter. Yang pertama tidak berhingga itulah jawabannya.")  # fmt: skip


def large(trial: Trial) -> None:
    model, (x, y) = _model(Large(), nn.Tanh()), _data()
    got = trial.call(NAME, model, OPTIMIZERS["SGD"](model.parameters()), F.mse_loss, x, y, changes=(0, 1))
    if got != "":
        raise Wrong(f"Bila satu lapisan memberi angka sekitar 1.5e308, yang masih berhingga, jawabannya seharusnya teks kosong; milik Anda {show(got)}. "
                    "Setiap unsur berhingga; jumlah dan normanya meluap.", mend="Tanyakan setiap unsur, bukan jumlahnya.")  # fmt: skip


def _place_advice(got: object, sick: Sick) -> str:
    names = [name for name, _ in sick.model.named_children()]
    if got == "":
        return "Langkah ini dijalankan seolah-olah sehat." if sick.want != "1" else "Yang diperiksa harus setiap lapisan; Inf pun bukan bilangan berhingga."
    if got in names and sick.want in names and names.index(str(got)) > names.index(sick.want):
        return "Itu lapisan yang kemudian ikut sakit; yang diminta yang pertama."
    if sick.want in names:
        return "Sakitnya sudah ada waktu maju."
    return "Semua lapisan berhingga di sini." if got in names else "Periksa satu tempat sesudah yang lain, menurut urutan jalannya."


def no_trace(trial: Trial) -> None:
    """Parameter, ingatan optimizer, dan gradien sesudah langkah yang sakit."""
    for name, make in OPTIMIZERS.items():
        for sick in _situations():
            opt = make(p for p in sick.model.parameters() if p.requires_grad)
            for parameter in sick.model.parameters():
                parameter.grad = torch.ones_like(parameter) if parameter.requires_grad else None
            keep = [p.detach().clone() for p in sick.model.parameters()]
            trial.call(NAME, sick.model, opt, sick.loss_fn, sick.x, _data()[1], changes=(0, 1))
            case = f"Bila {sick.told} ({name}),"
            for (inner, parameter), before in zip(sick.model.named_parameters(), keep):
                if not torch.equal(parameter.detach(), before):
                    raise Wrong(f"{case} `{inner}` seharusnya tetap {show(before)}; sekarang {show(parameter)}.", mend=BEFORE)
                if parameter.grad is not None and parameter.grad.any():
                    raise Wrong(f"{case} `{inner}.grad` sesudahnya masih berisi {show(parameter.grad)}; ia akan ikut di langkah berikutnya.",
                                mend="Kosongkan gradien di setiap jalan keluar.")  # fmt: skip
            if opt.state_dict()["state"]:
                raise Wrong(f"{case} ingatan optimizer seharusnya masih kosong, dan sekarang berisi.", mend=BEFORE)


def modes_and_hooks(trial: Trial) -> None:
    """Model dijalankan sekali, dalam modenya, dan tidak ada kait yang tertinggal, juga sesudah langkah yang sakit."""
    seen: list[bool] = []

    class Watched(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            seen.append(self.training)
            return super().forward(x)

    for x in (_data()[0], _with(math.nan)):
        for training in (True, False):
            model: Any = fill(nn.Sequential(Watched(2, 3, dtype=torch.float64), nn.Tanh(), nn.Linear(3, 1, dtype=torch.float64)), SEEDS[0])
            model.train(training)
            seen.clear()
            trial.call(NAME, model, OPTIMIZERS["SGD"](model.parameters()), F.mse_loss, x, _data()[1], changes=(0, 1))
            if any(mode != training for mode in seen) or model.training != training:
                raise Wrong("Model dijalankan, atau ditinggalkan, dalam mode lain (`train` atau `eval`).", mend="Mode dipilih pemanggil.")
            if len(seen) > 1:
                raise Wrong(f"Lapisan pertama dijalankan {len(seen)} kali dalam satu langkah. Dengan Dropout itu dua hitungan yang berlainan.",
                            mend="Periksa hasil lapisan pada perjalanan maju yang dipakai untuk mundur.")  # fmt: skip
            left = [name for name, module in model.named_modules() if module_hooks(module)]
            if left:
                raise Wrong(f"Sesudahnya masih ada kait di lapisan {left}. Setiap langkah menambah satu lagi.", mend="Lepas setiap kait dengan `remove()`, juga di jalan keluar yang sakit.")


CHECKS = (healthy, place, no_trace, modes_and_hooks, large)
