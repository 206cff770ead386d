"""All rows in a loop, then one of them.

check: one_backward
advice: Anda berjalan mundur 5 kali
"""

import torch


def jacobian_row(f, x, i):
    z = x.detach().clone().requires_grad_()
    y = f(z)
    if not y.requires_grad:
        return torch.zeros_like(x)
    rows = []
    for result in y:
        g = torch.autograd.grad(result, z, retain_graph=True, allow_unused=True)[0]
        rows.append(torch.zeros_like(x) if g is None else g)
    return rows[i]
