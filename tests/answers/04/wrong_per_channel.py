"""Height and width, but not the channels.

check: shapes
advice: per kanal
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(2).norm(dim=2) if g.ndim > 2 else g.norm(dim=1)
    return ((norma - target) ** 2).mean()
