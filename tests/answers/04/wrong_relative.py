"""Divided by the target: the same for 1 only.

check: targets
advice: target 2.5
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma / max(target, 1.0) - min(target, 1.0)) ** 2).mean()
