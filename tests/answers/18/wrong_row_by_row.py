"""One backward for each element: no Hessian in memory, but as much work.

check: lean
advice: satu perjalanan mundur per unsur
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.stack([torch.autograd.grad(g[i], x, retain_graph=True)[0] @ v for i in range(len(x))])
