"""The loss is an object with a module inside, the outputs a named tuple."""

from collections import namedtuple

import torch
from torch import nn


Hasil = namedtuple("Hasil", "z u")


class AkarAman(nn.Module):
    def forward(self, a):
        buka = a > 0
        return torch.where(buka, torch.where(buka, a, 1.0).sqrt(), 0.0)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)
        self.akar = AkarAman()
        self.relu = nn.ReLU()

    def forward(self, x):
        u = self.relu(self.lin1(x)) * self.akar(self.gate(x))
        return Hasil(z=5 * self.lin2(u), u=u)


class Loss:
    def __init__(self, bobot):
        self.bobot = bobot
        self.silang = nn.CrossEntropyLoss()

    def __call__(self, model, x, y):
        hasil = model(x)
        return self.silang(hasil.z, y) + self.bobot * hasil.u.norm(dim=1).mean()


compute_loss = Loss(bobot=0.1)
