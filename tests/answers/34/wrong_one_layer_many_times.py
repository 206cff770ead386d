"""One layer, listed many times.

check: registered
advice: Yang tidak ada di sana
"""

import torch
from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        self.lapisan = nn.ModuleList([nn.Linear(masuk, lebar)] + [nn.Linear(lebar, lebar)] * (dalam - 1))
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        for lapis in self.lapisan:
            x = torch.tanh(lapis(x))
        return self.keluar(x)
