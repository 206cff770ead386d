"""The guard is added to the root.

check: zero_slopes
advice: bukan di luarnya
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).pow(2).sum(dim=1).sqrt() + 1e-12
    return ((norma - target) ** 2).mean()
