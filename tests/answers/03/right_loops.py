"""Row by row and unit by unit."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)

    def forward(self, x):
        h, a = torch.relu(self.lin1(x)), self.gate(x)
        baris = []
        for i in range(len(x)):
            g = [a[i, j].sqrt() if a[i, j] > 0 else a[i, j] * 0 for j in range(6)]
            baris.append(h[i] * torch.stack(g))
        u = torch.stack(baris)
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    total = 0
    for skor, unit, label in zip(z, u, y):
        total = total + skor.logsumexp(0) - skor[label]
        if unit.any():
            total = total + 0.1 * (unit @ unit).sqrt()
    return total / len(y)
