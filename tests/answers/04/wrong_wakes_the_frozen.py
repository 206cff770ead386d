"""Asks every parameter for gradients, also the frozen ones.

check: side_effects
advice: requires_grad
"""

import torch


def gradient_penalty(model, x, target=1.0):
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    titik = x.detach().clone().requires_grad_()
    (lereng,) = torch.autograd.grad(model(titik).sum(), titik, create_graph=True)
    return ((lereng.flatten(1).norm(dim=1) - target) ** 2).mean()
