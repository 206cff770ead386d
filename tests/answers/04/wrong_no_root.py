"""The squared norm is compared with the target.

check: values
advice: Akarnya belum ada
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).pow(2).sum(dim=1)
    return ((norma - target) ** 2).mean()
