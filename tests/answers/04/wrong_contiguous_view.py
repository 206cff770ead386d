"""`view` of the slopes, which a convolution leaves in another order of memory.

check: error
advice: view
"""

import torch


def gradient_penalty(model, x, target=1.0):
    titik = x.detach().clone().requires_grad_()
    (lereng,) = torch.autograd.grad(model(titik).sum(), titik, create_graph=True)
    return ((lereng.view(x.shape[0], -1).norm(dim=1) - target) ** 2).mean()
