"""The layers in between are registered and forgotten.

check: hidden_layers
advice: dipakai satu kali
"""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        ukuran = [masuk] + [lebar] * dalam
        self.lapisan = nn.ModuleList(nn.Linear(a, b) for a, b in zip(ukuran, ukuran[1:]))
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        return self.keluar(torch.tanh(self.lapisan[0](x)))
