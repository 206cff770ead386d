"""Makes the caller's tensor a leaf that asks for gradients.

check: side_effects
advice: Anda mengubah tensor milik pemanggil
"""

import torch


def hvp(f, x, v):
    x.requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    return torch.autograd.grad(g, x, v)[0]
