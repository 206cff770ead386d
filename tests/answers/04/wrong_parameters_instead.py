"""The gradient of the parameters, not of the input.

check: values
advice: terhadap parameter
"""

import torch


def gradient_penalty(model, x, target=1.0):
    g = torch.autograd.grad(model(x).sum(), list(model.parameters()), create_graph=True)
    norma = torch.cat([bagian.flatten() for bagian in g]).norm()
    return (norma - target) ** 2
