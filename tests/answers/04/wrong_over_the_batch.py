"""The norm runs over the examples.

check: values
advice: `dim=0` adalah batch
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.norm(dim=0)
    return ((norma - target) ** 2).mean()
