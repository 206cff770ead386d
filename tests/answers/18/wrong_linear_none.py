"""allow_unused gives None where zeros are wanted.

check: linear
advice: hasilnya `None`, seharusnya tensor nol
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    if not g.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(g, x, v, allow_unused=True)[0]
