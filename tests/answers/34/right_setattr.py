"""Attributes, found again by their names; the output layer comes first."""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        self.keluar = nn.Linear(lebar, 1)
        self.dalam = dalam
        for i in range(dalam):
            setattr(self, f"l{i}", nn.Linear(lebar if i else masuk, lebar))

    def forward(self, x):
        for i in range(self.dalam):
            x = getattr(self, f"l{i}")(x).tanh()
        return self.keluar(x)
