"""The square is expanded and one of its terms detached.

check: trainable
advice: sebuah faktor dianggap konstanta
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    k = g.flatten(1).square().sum(dim=1)
    norma = (k.detach() + 1e-12).sqrt()
    return (k - 2 * target * norma + target**2).mean()
