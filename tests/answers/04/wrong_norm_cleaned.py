"""where after the root cleans the value only.

check: zero_slopes
advice: NaN atau Inf
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).pow(2).sum(dim=1).sqrt()
    norma = torch.where(norma > 0, norma, 0.0)
    return ((norma - target) ** 2).mean()
