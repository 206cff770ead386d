"""Stops where f does not use x.

check: independent
advice: Kembalikan nol sebentuk x
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    if not y.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(y[i], z)[0]
