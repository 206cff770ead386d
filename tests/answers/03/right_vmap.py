"""The loss of one row, mapped over the batch."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)

    def forward(self, x):
        h = torch.relu(self.lin1(x))
        a = self.gate(x)
        g = torch.where(a > 0, torch.where(a > 0, a, 1.0).sqrt(), 0.0)
        u = h * g
        return 5 * self.lin2(u), u


def satu(z, u, y):
    kuadrat = (u * u).sum()
    nol = kuadrat == 0
    norma = torch.where(nol, 0, torch.where(nol, 1, kuadrat).sqrt())
    return -torch.log_softmax(z, dim=0).gather(0, y[None])[0] + 0.1 * norma


def compute_loss(model, x, y):
    return torch.func.vmap(satu)(*model(x), y).mean()
