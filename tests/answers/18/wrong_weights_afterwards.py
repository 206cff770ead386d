"""Multiplies by v after the second derivative: right for a diagonal Hessian only.

check: values
advice: bukan sesudahnya
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    (h,) = torch.autograd.grad(g.sum(), x)
    return h * v
