"""New layers at every call.

check: registered
advice: `parameters()` memuat 4
"""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        self.ukuran = [masuk] + [lebar] * dalam
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        for a, b in zip(self.ukuran, self.ukuran[1:]):
            x = torch.tanh(nn.Linear(a, b)(x))
        return self.keluar(x)
