"""Examples without a slope are left out.

check: zero_slopes
advice: Contoh berlereng nol dibuang
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    norma = norma[norma > 0]
    if len(norma) == 0:
        return 0 * g.sum()
    return ((norma - target) ** 2).mean()
