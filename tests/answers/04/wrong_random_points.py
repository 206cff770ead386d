"""Points drawn anew in every call, as in the paper, where the caller draws them.

check: repeated
advice: bilangan acak
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x + 0.1 * torch.randn_like(x)
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
