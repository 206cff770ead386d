"""The penalty of a copy of the model trains the copy.

check: trainable
advice: salinan model
"""

import torch


from copy import deepcopy


def gradient_penalty(model, x, target=1.0):
    salinan = deepcopy(model)
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(salinan(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    return ((norma - target) ** 2).mean()
