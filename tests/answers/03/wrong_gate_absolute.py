"""The absolute value inside the root opens closed gates.

check: gates
advice: nilai mutlak di dalam akar
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
        u = torch.relu(self.lin1(x)) * self.gate(x).abs().add(1e-12).sqrt()
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()
