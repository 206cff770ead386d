"""Latihan 25: lapis-lapis dijalankan sepotong demi sepotong di dalam checkpoint."""

import gc
import weakref

import torch
from torch import nn

from jejak.data import SEEDS, TYPES, normal
from jejak.difference import differ
from jejak.models import fill
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((6, 2), (5, 2), (4, 1), (3, 3), (3, 8))  # layers, and how long a piece is
WIDTH = 3


class _Counted(nn.Module):
    """A layer that counts its runs and remembers, weakly, what it made while it ran forward."""

    def __init__(self, number: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.inner = fill(nn.Linear(WIDTH, WIDTH, dtype=dtype), SEEDS[0] + number)
        self.drop = nn.Dropout(0.3)
        self.runs = 0
        self.made: list[weakref.ref[torch.Tensor]] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.runs += 1
        y: torch.Tensor = self.drop(torch.tanh(self.inner(x)))
        self.made.append(weakref.ref(y))
        return y


def _layers(count: int, dtype: torch.dtype) -> list[_Counted]:
    return [_Counted(number, dtype) for number in range(count)]


def _plain(layers: list[_Counted], x: torch.Tensor) -> torch.Tensor:
    for layer in layers:
        x = layer(x)
    return x


def _returned(result: object) -> torch.Tensor:
    if not isinstance(result, torch.Tensor):
        raise Wrong(f"Yang dikembalikan seharusnya hasil lapis terakhir, sebuah tensor, bukan {type(result).__name__}.")
    return result


def _told(count: int, size: int) -> str:
    return f"{count} lapis, potongan sepanjang {size}"


def value(trial: Trial) -> None:
    for dtype in TYPES:
        for count, size in SIZES:
            x = normal(SEEDS[1], 4, WIDTH, dtype=dtype).requires_grad_()
            torch.manual_seed(SEEDS[0])
            want = _plain(_layers(count, dtype), x)
            torch.manual_seed(SEEDS[0])
            got = _returned(trial.call("run_pieces", _layers(count, dtype), x, size))
            if told := differ("hasil", got.detach(), want.detach(), 1e-6):
                raise Wrong(f"{_told(count, size)}: {told} Apakah setiap lapis dijalankan tepat sekali, berurutan?")


def gradients(trial: Trial) -> None:
    for count, size in SIZES:
        for frozen in (False, True):
            layers, twins = _layers(count, torch.float64), _layers(count, torch.float64)
            x = normal(SEEDS[1], 4, WIDTH, dtype=torch.float64).requires_grad_(not frozen)
            if frozen and count > 1:
                layers[0].requires_grad_(False)
                twins[0].requires_grad_(False)
            torch.manual_seed(SEEDS[0])
            _plain(twins, x).square().sum().backward()
            want, x.grad = x.grad, None
            torch.manual_seed(SEEDS[0])
            got = _returned(trial.call("run_pieces", layers, x, size))
            if not got.requires_grad:
                raise Wrong(f"{_told(count, size)}: hasilnya tidak tercatat, padahal parameternya meminta gradien dan masukannya tidak. Jenis checkpoint yang mana yang Anda pakai?")
            got.square().sum().backward()
            for number, (mine, twin) in enumerate(zip(layers, twins)):
                for (name, p), q in zip(mine.inner.named_parameters(), twin.inner.parameters()):
                    if (p.grad is None) != (q.grad is None):
                        raise Wrong(f"{_told(count, size)}: gradien `{name}` lapis ke-{number} {'kosong' if p.grad is None else 'terisi'}, seharusnya {'terisi' if p.grad is None else 'kosong'}. Adakah potongan yang terputus dari lapis sebelumnya?")
                    if p.grad is not None and (told := differ(f"gradien {name} lapis ke-{number}", p.grad, q.grad, 1e-6)):
                        raise Wrong(f"{_told(count, size)}: {told} Samakah potongan yang dihitung ulang dengan yang dijalankan pertama kali, dan acakan Dropout-nya? (Fungsi yang dibuat di dalam putaran melihat nilai terakhir variabelnya.)")
            if want is not None and x.grad is None:
                raise Wrong(f"{_told(count, size)}: gradien tidak sampai di masukannya. Adakah potongan yang terputus dari masukannya?")
            if want is not None and x.grad is not None and (told := differ("gradien masukan", x.grad, want, 1e-6)):
                raise Wrong(f"{_told(count, size)}: {told}")


def kept(trial: Trial) -> None:
    for count, size in SIZES:
        layers = _layers(count, torch.float64)
        x = normal(SEEDS[1], 4, WIDTH, dtype=torch.float64).requires_grad_()
        got = _returned(trial.call("run_pieces", layers, x, size))
        gc.collect()
        alive = [number for number, layer in enumerate(layers) if any(made() is not None for made in layer.made)]
        ends = {min(start + size, count) - 1 for start in range(0, count, size)}
        if extra := [number for number in alive if number not in ends]:
            raise Wrong(f"{_told(count, size)}: sesudah maju, hasil lapis ke-{extra[0]} masih ditahan, padahal ia di tengah sebuah potongan. Yang boleh hidup hanya hasil di ujung potongan. Apakah semua lapis berjalan di dalam `checkpoint`?")
        got.sum().backward()
        for number, layer in enumerate(layers):
            if layer.runs != 2:
                why = "Ia tidak dihitung ulang, jadi isinya ditahan." if layer.runs < 2 else "Adakah `checkpoint` di dalam `checkpoint`, atau hitungan yang dibuang?"
                raise Wrong(f"{_told(count, size)}: sekali maju dan mundur, lapis ke-{number} berjalan {layer.runs} kali, seharusnya 2. {why}")
        missing = [end for end in ends if end not in alive and end != count - 1]
        if missing:
            raise Wrong(f"{_told(count, size)}: sesudah maju, hasil lapis ke-{min(missing)} tidak ditahan, padahal ia ujung sebuah potongan. Potongan Anda lebih panjang daripada `size`.")


CHECKS = (value, gradients, kept)
