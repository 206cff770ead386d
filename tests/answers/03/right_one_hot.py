"""Labels as one-hot rows, the gate as a power."""

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
        tertutup = a <= 0
        g = a.masked_fill(tertutup, 1.0).pow(0.5).masked_fill(tertutup, 0.0)
        u = nn.functional.relu(self.lin1(x)).mul(g)
        return self.lin2(u).mul(5), u


def compute_loss(model, x, y):
    z, u = model(x)
    benar = F.one_hot(y, 3).to(z.dtype)
    silang = -(benar * z.log_softmax(dim=1)).sum() / len(y)
    norma = torch.stack([baris.norm() for baris in u])
    return silang + 0.1 * norma.mean()
