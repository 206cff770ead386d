"""The default is 0.

check: targets
advice: Nilai bawaannya 1
"""

import torch


def gradient_penalty(model, x, target=0.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
