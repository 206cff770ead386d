"""The whole network is a Sequential."""

from torch import nn


class Jaringan(nn.Sequential):
    def __init__(self, masuk, lebar, dalam):
        bagian = [nn.Linear(masuk, lebar), nn.Tanh()]
        for _ in range(dalam - 1):
            bagian += [nn.Linear(lebar, lebar), nn.Tanh()]
        super().__init__(*bagian, nn.Linear(lebar, 1))
