"""Evaluates, then always goes back to training.

check: side_effects
advice: seperti semula
"""

import torch


def gradient_penalty(model, x, target=1.0):
    model.eval()
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    model.train()
    return ((norma - target) ** 2).mean()
