"""Sets the seed, so that the results are the same every time.

check: side_effects
advice: benih bilangan acak
"""

import torch


def gradient_penalty(model, x, target=1.0):
    torch.manual_seed(0)
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
