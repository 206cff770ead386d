"""Fine until f is linear.

check: linear
advice: dari gradien itu tidak ada jalan ke x
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad(g, x, v)[0]
