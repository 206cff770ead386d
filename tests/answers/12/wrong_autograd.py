"""Lets autograd do the work.

check: no_autograd
advice: Jawaban Anda memakai autograd
"""

import torch


def value_and_gradient(a, b):
    a, b = a.detach().clone().requires_grad_(), b.detach().clone().requires_grad_()
    z = a * b / (2 * a + b)
    ga, gb = torch.autograd.grad(z.sum(), (a, b))
    return z.detach(), ga, gb
