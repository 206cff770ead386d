"""The factor of the paper is inside.

check: values
advice: Bobot itu dipasang pemanggil
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return 10 * ((norma - target) ** 2).mean()
