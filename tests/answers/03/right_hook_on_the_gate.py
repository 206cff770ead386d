"""A hook on the gate of this call only, which gives a closed gate the gradient 0."""

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
        if a.requires_grad:
            a.register_hook(lambda gradien: torch.where(a > 0, gradien, 0.0))
        g = torch.where(a > 0, a.sqrt(), 0.0)
        u = torch.relu(self.lin1(x)) * g
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * u.norm(dim=1).mean()
