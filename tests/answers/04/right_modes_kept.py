"""Every part gets its own mode back."""

import torch


def gradient_penalty(model, x, target=1.0):
    semula = [(bagian, bagian.training) for bagian in model.modules()]
    model.eval()
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    for bagian, mode in semula:
        bagian.training = mode
    return ((norma - target) ** 2).mean()
