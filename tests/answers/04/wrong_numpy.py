"""The norm comes from NumPy.

check: scalar
advice: NumPy memutus graf
"""

import numpy as np
import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)
    norma = np.linalg.norm(g.detach().flatten(1).numpy(), axis=1)
    return ((norma - target) ** 2).mean()
