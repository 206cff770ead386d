"""The list stays, and each layer is registered by a name of its own."""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        ukuran = [masuk] + [lebar] * dalam
        self.lapisan = [nn.Linear(a, b) for a, b in zip(ukuran, ukuran[1:])]
        for i, lapis in enumerate(self.lapisan):
            self.add_module(f"lapis{i}", lapis)
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        for lapis in self.lapisan:
            x = torch.tanh(lapis(x))
        return self.keluar(x)
