"""g @ v is for vectors.

check: shapes
advice: `(g * v).sum()`
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    if not g.requires_grad:
        return torch.zeros_like(x)
    return torch.autograd.grad(g @ v, x, materialize_grads=True)[0]
