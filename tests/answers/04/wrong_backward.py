"""backward fills .grad of every parameter.

check: side_effects
advice: `backward()` menambahkan gradien
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    model(x).sum().backward(create_graph=True)
    norma = x.grad.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
