"""One Sequential, tanh included."""

from torch import nn


class Jaringan(nn.Module):
    def __init__(self, masuk, lebar, dalam):
        super().__init__()
        bagian = []
        for i in range(dalam):
            bagian += [nn.Linear(masuk if i == 0 else lebar, lebar), nn.Tanh()]
        self.badan = nn.Sequential(*bagian)
        self.keluar = nn.Linear(lebar, 1)

    def forward(self, x):
        return self.keluar(self.badan(x))
