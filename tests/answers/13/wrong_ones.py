"""The habit of ones_like gives the sum of all rows.

check: row
advice: v Anda berisi 1 di semua tempat
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    return torch.autograd.grad(y, z, torch.ones_like(y))[0]
