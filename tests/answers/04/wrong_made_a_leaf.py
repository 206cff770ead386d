"""The graph is missing; requires_grad_ silences the error.

check: trainable
advice: Jalan dari penalti ke bobot ini hilang
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean().requires_grad_()
