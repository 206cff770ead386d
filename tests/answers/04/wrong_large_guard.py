"""A guard of 0.01 inside the root.

check: values
advice: terlalu besar, kira-kira 0.01
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = (g.flatten(1).pow(2).sum(dim=1) + 1e-2).sqrt()
    return ((norma - target) ** 2).mean()
