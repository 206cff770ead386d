"""Slopes of the model in eval mode; afterwards each module has its mode again.

check: model_as_given
advice: selagi skornya dihitung sebagian lapisan
"""

import torch


def gradient_penalty(model, x, target=1.0):
    semula = {modul: modul.training for modul in model.modules()}
    model.eval()
    titik = x.detach().clone().requires_grad_()
    lereng = torch.autograd.grad(model(titik).sum(), titik, create_graph=True)[0]
    for modul, mode in semula.items():
        modul.training = mode
    return (lereng.flatten(1).norm(dim=1) - target).square().mean()
