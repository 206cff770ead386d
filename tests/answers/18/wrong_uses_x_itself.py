"""Takes it for granted that x asks for gradients.

check: values
advice: Buat daun sendiri
"""

import torch


def hvp(f, x, v):
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad(g, x, v)[0]
