"""Each example unrolled by `view` before its norm, image by image.

check: error
advice: view
"""

import torch


def gradient_penalty(model, x, target=1.0):
    titik = x.detach().clone().requires_grad_()
    (lereng,) = torch.autograd.grad(model(titik).sum(), titik, create_graph=True)
    norma = torch.stack([satu.view(-1).norm() for satu in lereng])
    return ((norma - target) ** 2).mean()
