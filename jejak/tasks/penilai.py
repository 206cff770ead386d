"""Penilai kecil untuk Latihan 04: untuk contoh berbentuk apa pun, yang lerengnya bisa nol, dan yang mengingat pemanggilnya."""

import torch
from torch import Tensor, nn

from jejak.data import normal
from jejak.models import fill


class Critic(nn.Module):
    """Kritik kecil yang mulus untuk contoh berbentuk apa pun; skornya (n, 1)."""

    def __init__(self, seed: int, features: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.inner = nn.Linear(features, 7, dtype=dtype)
        self.outer = nn.Linear(7, 1, dtype=dtype)
        for at, parameter in enumerate(self.parameters()):
            parameter.data = normal(seed + at, *parameter.shape, dtype=dtype, scale=0.9)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.outer(torch.tanh(self.inner(x.flatten(1))))
        return scores


class Kinked(Critic):
    """Kritik dengan relu: contoh yang jauh di sisi negatif tidak mendapat gradien sama sekali."""

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.outer(torch.relu(self.inner(x.flatten(1))))
        return scores


class Spatial(nn.Module):
    """Kritik dengan konvolusi: sebuah contoh harus tetap gambar."""

    def __init__(self, seed: int, channels: int, dtype: torch.dtype) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 3, 2, dtype=dtype)
        self.outer = nn.Linear(3, 1, dtype=dtype)
        fill(self, seed)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.outer(torch.tanh(self.conv(x)).mean((2, 3)))
        return scores


class Watched(Critic):
    """Kritik yang mencatat bentuk satu contoh dan mode setiap bagiannya, setiap kali ia dipanggil."""

    def __init__(self, seed: int, features: int, dtype: torch.dtype) -> None:
        super().__init__(seed, features, dtype)
        self.shapes: list[tuple[int, ...]] = []
        self.modes: list[list[bool]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.shapes.append(tuple(x.shape[1:]))
        self.modes.append([module.training for module in self.modules()])
        return super().forward(x)
