"""allow_unused hands out None.

check: independent
advice: mengembalikan `None`
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    if not y.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(y[i], z, allow_unused=True)[0]
