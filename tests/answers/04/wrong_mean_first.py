"""The mean norm is compared with the target.

check: values
advice: Normanya dirata-ratakan dulu
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return (norma.mean() - target) ** 2
