"""retain_graph does not record the gradient.

check: values
advice: Hitung dengan `create_graph=True`
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, retain_graph=True)
    return torch.autograd.grad(g, x, v)[0]
