"""Zeros filled in by torch; a function without a graph is caught as an error."""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    try:
        return torch.autograd.grad(y, z, torch.eye(len(y), dtype=y.dtype)[i], materialize_grads=True)[0]
    except RuntimeError:
        return torch.zeros(x.shape, dtype=x.dtype)
