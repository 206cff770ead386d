"""squeeze takes the batch away when n = 1.

check: error
advice: IndexError
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.squeeze().flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
