"""A closed gate lets a millionth through.

check: gates
advice: tidak tepat 0 di gerbang yang tertutup
"""

import math
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
        g = torch.sqrt(self.gate(x).clamp(min=1e-12))
        u = g * h
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()
