"""Switches recording on for the caller's x.

check: side_effects
advice: `x.requires_grad` menjadi `True`
"""

import torch


def jacobian_row(f, x, i):
    x.requires_grad_()
    return torch.autograd.grad(f(x)[i], x)[0]
