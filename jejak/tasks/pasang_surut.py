"""Latihan 34: lapisan di dalam daftar Python biasa, yang tidak terdaftar pada modelnya."""

from collections import Counter
from typing import Any

import torch
from torch import nn

from jejak.data import SEEDS, normal
from jejak.difference import differ
from jejak.show import show
from jejak.trial import Trial
from jejak.verdict import Wrong

SIZES = ((2, 3, 1), (1, 4, 2), (3, 2, 4))  # inputs, width, depth
ROWS = 5


def _make(trial: Trial, size: tuple[int, int, int]) -> nn.Module:
    model = trial.call("Jaringan", *size)
    if not isinstance(model, nn.Module):
        raise Wrong(f"`Jaringan(...)` seharusnya memberi model, turunan dari `nn.Module`; milik Anda {show(model)}.")
    return model


def _run(trial: Trial, model: nn.Module, x: torch.Tensor) -> torch.Tensor:
    trial.last = "model(x)"
    y: Any = model(x)
    if not isinstance(y, torch.Tensor) or y.shape != (len(x), 1):
        got = f"tensor berbentuk {tuple(y.shape)}" if isinstance(y, torch.Tensor) else show(y)
        raise Wrong(f"Untuk {len(x)} baris, model seharusnya memberi tensor berbentuk {(len(x), 1)}; milik Anda {got}.", check="hidden_layers")
    return y


def _shapes(inputs: int, width: int, depth: int) -> list[tuple[int, ...]]:
    layers = [(width, inputs), *[(width, width)] * (depth - 1), (1, width)]
    return [shape for layer in layers for shape in (layer, layer[:1])]


def _told(size: tuple[int, int, int]) -> str:
    return f"`Jaringan({', '.join(map(str, size))})`"


def registered(trial: Trial) -> None:
    for size in SIZES:
        model = _make(trial, size)
        got, want = Counter(tuple(p.shape) for p in model.parameters()), Counter(_shapes(*size))
        if got != want:
            many = sum(p.numel() for p in model.parameters())
            right = sum(torch.Size(shape).numel() for shape in want.elements())
            which = (want - got) or (got - want)
            kind = "Yang tidak ada di sana" if want - got else "Yang lebih"
            raise Wrong(f"{_told(size)} seharusnya punya {right} bilangan yang belajar, dan `parameters()` memuat {many}. {kind}: "
                        f"parameter berbentuk {next(iter(which))}.")


def saved(trial: Trial) -> None:
    for size in SIZES:
        model, other = _make(trial, size), _make(trial, size)
        x = normal(SEEDS[0], ROWS, size[0], dtype=torch.float32)
        other.load_state_dict(model.state_dict())
        if told := differ("y", _run(trial, other, x), _run(trial, model, x).detach()):
            raise Wrong(f"{_told(size)} disimpan dengan `state_dict()` dan dimuat ke jaringan baru, tetapi keduanya menjawab lain. {told} "
                        f"`state_dict()` memuat {', '.join(f'`{name}`' for name in list(model.state_dict())[:6])}: adakah yang tidak ikut?")


def hidden_layers(trial: Trial) -> None:
    # With every hidden layer filled alike, the order in which they are kept does not matter.
    for size in SIZES:
        inputs, width, depth = size
        model = _make(trial, size).double()
        values = {shape: normal(SEEDS[1] + number, *shape) for number, shape in enumerate(dict.fromkeys(_shapes(*size)))}
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(values[tuple(parameter.shape)])
        x = h = normal(SEEDS[0], ROWS, inputs)
        for number in range(depth):
            h = torch.tanh(h @ values[(width, width) if number else (width, inputs)].T + values[(width,)])
        want = h @ values[(1, width)].T + values[(1,)]
        if told := differ("y", _run(trial, model, x), want):
            raise Wrong(f"Hitungan {_told(size)} berubah dari yang semula. {told} Setiap lapisan tersembunyi dipakai satu kali dan diikuti tanh; "
                        "lapisan keluar tanpa tanh.")
        loss = _run(trial, model, x).square().sum()
        loss.backward()
        if any(parameter.grad is None for parameter in model.parameters()):
            raise Wrong(f"Di {_told(size)} ada parameter terdaftar yang tidak mendapat gradien: ia tidak dipakai di `forward`.")


CHECKS = (registered, saved, hidden_layers)
