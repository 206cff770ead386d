"""Results are gathered in a float32 tensor.

check: scalar
advice: penaltinya torch.float32
"""

import torch


def gradient_penalty(model, x, target=1.0):
    norma = torch.zeros(len(x))
    for i in range(len(x)):
        contoh = x[i : i + 1].detach().clone().requires_grad_()
        g, = torch.autograd.grad(model(contoh).sum(), contoh, create_graph=True)
        norma[i] = g.norm()
    return ((norma - target) ** 2).mean()
