"""The weights are registered, the biases are not.

check: registered
advice: parameter berbentuk (3,)
"""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        ukuran = [masuk] + [lebar] * dalam
        self.lapisan = [nn.Linear(a, b) for a, b in zip(ukuran, ukuran[1:])]
        self.bobot = nn.ParameterList(lapis.weight for lapis in self.lapisan)
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        for lapis in self.lapisan:
            x = torch.tanh(lapis(x))
        return self.keluar(x)
