"""v is made, but its one is never written.

check: row
advice: v berisi 0 di mana-mana
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    v = torch.zeros_like(y)
    v[i] == 1  # noqa: B015
    return torch.autograd.grad(y, z, v)[0]
