"""dim=1 of an image are its channels.

check: shapes
advice: pada sumbu 1 saja
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.norm(dim=1)
    return ((norma - target) ** 2).mean()
