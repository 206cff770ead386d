"""Stops after g · v.

check: values
advice: Turunkan angka itu sekali lagi
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x)
    return g @ v
