"""The Sequential has lost the tanh.

check: hidden_layers
advice: diikuti tanh
"""

from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        ukuran = [masuk] + [lebar] * dalam
        self.lapisan = nn.Sequential(*(nn.Linear(a, b) for a, b in zip(ukuran, ukuran[1:])))
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        return self.keluar(self.lapisan(x))
