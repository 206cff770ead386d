"""Small helpers, a default that partial fills in, and the weights used directly."""

from functools import partial

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)

    def forward(self, x):
        h = torch.relu(torch.einsum("nd,kd->nk", x, self.lin1.weight) + self.lin1.bias)
        a = x @ self.gate.weight.T + self.gate.bias
        g = torch.exp(0.5 * torch.log(torch.where(a > 0, a, 1.0))) * (a > 0)
        u = h * g
        return 5 * (u @ self.lin2.weight.T + self.lin2.bias), u


def rumus(bobot, model, x, y):
    z, u = model(x)
    beda = z - z.gather(1, y.unsqueeze(1))
    silang = torch.logaddexp(torch.logaddexp(beda[:, 0], beda[:, 1]), beda[:, 2])
    kuadrat = torch.einsum("nk,nk->n", u, u)
    norma = torch.where(kuadrat > 0, kuadrat, 1).sqrt() * (kuadrat > 0)
    return (silang + bobot * norma).mean()


compute_loss = partial(rumus, 0.1)
