"""Forgets that autograd.grad gives a tuple.

check: row
advice: Ambil yang pertama
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(z)[i], z)
