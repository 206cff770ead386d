"""The root of a clamped number, times an open-or-closed mask; log_softmax and nll_loss."""

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
        g = a.clamp(min=1e-12).sqrt() * (a > 0)
        u = self.lin1(x).clamp(min=0) * g
        return self.lin2(u) * 5, u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.nll_loss(F.log_softmax(z, dim=1), y) + torch.linalg.vector_norm(u, dim=1).mean() / 10
