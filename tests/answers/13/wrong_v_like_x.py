"""v has the shape of the input; that only fits if m = n.

check: row
advice: sebentuk dengan `f(x)`, bukan dengan x
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    v = torch.zeros_like(x)
    v[i % len(x)] = 1
    return torch.autograd.grad(f(z), z, v)[0]
