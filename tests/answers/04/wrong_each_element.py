"""Every element of the slope is compared with the target.

check: values
advice: setiap unsur gradien
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    return ((g - target) ** 2).mean()
