"""Two wheres, cross_entropy, a guard of 1e-12 inside the norm."""

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
        h = torch.relu(self.lin1(x))
        a = self.gate(x)
        aman = torch.where(a > 0, a, torch.ones_like(a))
        g = torch.where(a > 0, torch.sqrt(aman), torch.zeros_like(a))
        u = h * g
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    norma = torch.sqrt((u * u).sum(dim=1) + 1e-12)
    return F.cross_entropy(z, y) + 0.1 * norma.mean()
