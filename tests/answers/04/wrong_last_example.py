"""The loop forgets what it has.

check: values
advice: Hanya contoh terakhir yang dihitung
"""

import torch


def gradient_penalty(model, x, target=1.0):
    for contoh in x.detach():
        contoh = contoh[None].clone().requires_grad_()
        g, = torch.autograd.grad(model(contoh).sum(), contoh, create_graph=True)
        penalti = (g.norm() - target) ** 2
    return penalti
