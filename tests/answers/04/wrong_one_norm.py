"""One norm for the whole batch.

check: values
advice: Normanya satu untuk seluruh batch
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    return (g.norm() - target) ** 2
