"""Counts results from one.

check: row
advice: Itu baris sebelumnya
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(z)[i - 1], z)[0]
