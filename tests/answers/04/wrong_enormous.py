"""Asks for the Jacobian of everything with respect to everything.

check: memory
advice: memori terlalu banyak
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    banyak = 10**6 * g.numel()
    jacobian = torch.zeros(banyak, banyak)
    jacobian[: len(g)] = g.sum()
    return ((jacobian.norm(dim=1) - target) ** 2).mean()
