"""The mode of the whole is restored, those of its parts are not.

check: side_effects
advice: seperti semula
"""

import torch


def gradient_penalty(model, x, target=1.0):
    semula = model.training
    model.eval()
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = g.flatten(1).norm(dim=1)
    model.train(semula)
    return ((norma - target) ** 2).mean()
