"""Only what is open or alive goes through a root; logsumexp."""

import torch
import torch.nn.functional as F
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)

    def forward(self, x):
        a = self.gate(x)
        terbuka = a > 0
        g = torch.zeros_like(a)
        g[terbuka] = a[terbuka].sqrt()
        u = F.relu(self.lin1(x)) * g
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    silang = torch.logsumexp(z, dim=1) - z[range(len(y)), y]
    kuadrat = u.square().sum(dim=1)
    norma = kuadrat[kuadrat > 0].sqrt().sum() / len(u)
    return silang.mean() + 0.1 * norma
