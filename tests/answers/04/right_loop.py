"""One example at a time."""

import torch


def lereng(model, contoh):
    contoh = contoh.detach()[None].requires_grad_()
    return torch.autograd.grad(model(contoh)[0, 0], contoh, create_graph=True)[0]


def gradient_penalty(model, x, target=1.0):
    total = 0.0
    for contoh in x:
        total += (lereng(model, contoh).norm() - target) ** 2
    return total / len(x)
