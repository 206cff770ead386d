"""Large weights are cut in place.

check: side_effects
advice: ditimpa di tempat
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
        with torch.no_grad():
            for p in self.parameters():
                p.clamp_(-10, 10)
        h = torch.relu(self.lin1(x))
        a = self.gate(x)
        g = torch.where(a > 0, torch.where(a > 0, a, 1.0).sqrt(), 0.0)
        u = h * g
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()
