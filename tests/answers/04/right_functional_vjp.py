"""A vector-Jacobian product of the functional API."""

import torch


def gradient_penalty(model, x, target=1.0):
    satu = x.new_ones(len(x), 1)
    _, g = torch.autograd.functional.vjp(model, x.detach().clone(), satu, create_graph=True)
    norma = g.contiguous().view(g.size(0), -1).norm(p=2, dim=1)
    return torch.nn.functional.mse_loss(norma, torch.full_like(norma, target))
