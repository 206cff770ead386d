"""backward that reaches the copy only."""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()

    model(x).sum().backward(inputs=[x], create_graph=True)
    norma = x.grad.flatten(1).norm(dim=1)
    x.grad = None
    return ((norma - target) ** 2).mean()
