"""Where `view` is refused, as for the slopes of a convolution, one norm for the whole batch.

check: images
advice: konvolusi
"""

import torch


def gradient_penalty(model, x, target=1.0):
    titik = x.detach().clone().requires_grad_()
    (lereng,) = torch.autograd.grad(model(titik).sum(), titik, create_graph=True)
    try:
        norma = lereng.view(x.shape[0], -1).norm(dim=1)
    except RuntimeError:
        norma = lereng.norm()
    return ((norma - target) ** 2).mean()
