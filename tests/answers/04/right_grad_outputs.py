"""Ones as grad_outputs, the guard inside the root."""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.clone().detach()
    x.requires_grad = True
    y = model(x)
    (g,) = torch.autograd.grad(y, x, grad_outputs=torch.ones_like(y), create_graph=True, retain_graph=True)
    norma = torch.sqrt(g.reshape(len(x), -1).square().sum(dim=1) + 1e-12)
    return torch.mean((norma - target) ** 2)
