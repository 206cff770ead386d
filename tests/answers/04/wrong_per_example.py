"""One penalty per example.

check: scalar
advice: Rata-ratakan atas contoh
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return (norma - target) ** 2
