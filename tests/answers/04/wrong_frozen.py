"""The parameters are frozen so that only x gets a gradient.

check: side_effects
advice: requires_grad
"""

import torch


def gradient_penalty(model, x, target=1.0):
    model.requires_grad_(False)
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
