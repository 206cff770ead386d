"""Only the first score is differentiated: right for n = 1.

check: values
advice: Hanya contoh pertama yang diturunkan
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x)[0, 0], x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
