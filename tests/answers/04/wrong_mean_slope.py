"""The slopes are averaged before the norm.

check: values
advice: saling hapus
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    return (g.mean(dim=0).norm() - target) ** 2
