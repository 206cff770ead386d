"""Two autograd functions with the derivatives that are asked for."""

import torch
import torch.nn.functional as F
from torch import nn


class Akar(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        hasil = a.clamp(min=0).sqrt()
        ctx.save_for_backward(hasil)
        return hasil

    @staticmethod
    def backward(ctx, grad):
        (hasil,) = ctx.saved_tensors
        return torch.where(hasil > 0, grad / (2 * hasil), 0)


class Norma(torch.autograd.Function):
    @staticmethod
    def forward(ctx, u):
        norma = u.pow(2).sum(dim=1).sqrt()
        ctx.save_for_backward(u, norma)
        return norma

    @staticmethod
    def backward(ctx, grad):
        u, norma = ctx.saved_tensors
        arah = torch.where(norma > 0, 1 / norma, 0)
        return (grad * arah)[:, None] * u


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.lin1 = nn.Linear(4, 6)
        self.gate = nn.Linear(4, 6)
        self.lin2 = nn.Linear(6, 3)

    def forward(self, x):
        u = torch.relu(self.lin1(x)) * Akar.apply(self.gate(x))
        return 5 * self.lin2(u), u


def compute_loss(model, x, y):
    z, u = model(x)
    return F.cross_entropy(z, y) + 0.1 * Norma.apply(u).mean()
