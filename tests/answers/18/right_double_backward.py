"""The gradient is recorded and then differentiated, weighted by v."""

import torch


def hvp(f, x, v):
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(f(leaf), leaf, create_graph=True)
    if not g.requires_grad:
        return torch.zeros_like(x)
    (h,) = torch.autograd.grad(g, leaf, v, materialize_grads=True)
    return h
