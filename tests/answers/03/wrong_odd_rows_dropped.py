"""Rows that look odd, all zero or huge, are left out of the batch before anything is computed.

check: together
advice: keduanya tetap ikut dihitung
"""

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
        u = torch.relu(self.lin1(x)) * torch.where(a > 0, torch.where(a > 0, a, 1.0).sqrt(), 0.0)
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    size = x.abs().amax(dim=1)
    usual = (size > 0) & (size < 200)
    if usual.any():
        x, y = x[usual], y[usual]
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()
