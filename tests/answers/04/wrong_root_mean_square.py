"""The mean of the squares instead of their sum.

check: values
advice: akar rata-rata kuadrat
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).pow(2).mean(dim=1).sqrt()
    return ((norma - target) ** 2).mean()
