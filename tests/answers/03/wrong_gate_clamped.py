"""clamp(min=0) lets the Inf of a gate at exactly 0 through.

check: gates
advice: Turunan akar di 0 tak terhingga
until: torch 2.14
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
        g = torch.where(a > 0, a.clamp(min=0).sqrt(), 0.0)
        u = torch.relu(self.lin1(x)) * g
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()
