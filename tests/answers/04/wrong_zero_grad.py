"""Gradients that the caller has gathered are thrown away.

check: side_effects
advice: menghapus gradien milik pemanggil
"""

import torch


def gradient_penalty(model, x, target=1.0):
    model.zero_grad()
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
