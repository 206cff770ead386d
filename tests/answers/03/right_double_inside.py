"""Computed in float64 and handed back in the type of the input; layers called one by one."""

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
        g = torch.where(a > 0, torch.where(a > 0, a, 1.0).sqrt(), 0.0)
        u = h * g
        return 5 * self.lin2(u), u


def norma(u):
    hidup = u.detach().any(dim=1, keepdim=True)
    return (torch.where(hidup, u, 1.0).norm(dim=1) * hidup.squeeze(1)).mean()


def compute_loss(model, x, y):
    _, u = model(x)
    z = 5 * model.lin2(u)
    loss = F.cross_entropy(z.double(), y) + 0.1 * norma(u.double())
    return loss.to(x.dtype)
