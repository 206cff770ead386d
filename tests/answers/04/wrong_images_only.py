"""Made for images of four dimensions.

check: error
advice: Kode Anda berhenti dengan galat, di `gradient_penalty`
"""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.norm(dim=(1, 2, 3))
    return ((norma - target) ** 2).mean()
