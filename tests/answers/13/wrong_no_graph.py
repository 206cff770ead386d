"""Stops where f has no graph at all.

check: independent
advice: Periksa `y.requires_grad`
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(z)[i], z, materialize_grads=True)[0]
