"""create_graph is missing: the value is right, nothing can be trained.

check: trainable
advice: tidak punya jalan ke bobot model
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
