"""backward() reaches every leaf that f uses.

check: surroundings
advice: `.grad` tensor itu terisi
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    s = (g * v).sum() + 0 * x.sum()
    s.backward()
    return x.grad
