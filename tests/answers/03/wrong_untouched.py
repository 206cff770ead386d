"""The patient as it came.

check: gates
advice: amankan masukan akar sebelum masuk
"""

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
        g = torch.where(a > 0, torch.sqrt(a), 0.0)
        u = h * g
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    e = torch.exp(z)
    p = e / e.sum(dim=1, keepdim=True)
    ce = -torch.log(p[torch.arange(len(y)), y]).mean()
    return ce + 0.1 * torch.sqrt((u**2).sum(dim=1)).mean()
