"""parameters() is told of the layers, state_dict is not.

check: saved
advice: disimpan dengan `state_dict()`
"""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        ukuran = [masuk] + [lebar] * dalam
        self.lapisan = [nn.Linear(a, b) for a, b in zip(ukuran, ukuran[1:])]
        self.keluar = nn.Linear(lebar, 1)

    def parameters(self, recurse=True):
        for lapis in self.lapisan:
            yield from lapis.parameters()
        yield from super().parameters(recurse)

    def forward(self, x):
        for lapis in self.lapisan:
            x = torch.tanh(lapis(x))
        return self.keluar(x)
