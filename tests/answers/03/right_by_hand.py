"""Softmax by hand, with the maximum of each row taken off and left in the graph; a list instead of a tuple."""

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)

    def forward(self, x):
        a = self.gate(x)
        terbuka = (a > 0).to(a.dtype)
        g = (a * terbuka + (1 - terbuka)).sqrt() * terbuka
        u = torch.relu(self.lin1(x)) * g
        return [5 * self.lin2(u), u]


def compute_loss(model, x, y):
    z, u = model(x)
    z = z - z.max(dim=1, keepdim=True).values
    e = torch.exp(z)
    log_p = z - torch.log(e.sum(dim=1, keepdim=True))
    silang = -log_p[torch.arange(len(y)), y]
    norma = torch.sqrt(torch.clamp((u**2).sum(dim=1), min=1e-24))
    return (silang + 0.1 * norma).mean()
