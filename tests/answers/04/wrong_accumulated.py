"""Penalties pile up on the function.

check: repeated
advice: Adakah yang menumpuk
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    penalti = ((norma - target) ** 2).mean()
    gradient_penalty.total = getattr(gradient_penalty, "total", 0) + penalti.item()
    return penalti + 0.1 * gradient_penalty.total
