"""The whole Jacobian, of which the diagonal is needed."""

import torch


def gradient_penalty(model, x, target=1.0):
    jacobian = torch.autograd.functional.jacobian(model, x.detach(), create_graph=True)[:, 0]
    lereng = torch.stack([jacobian[i, i] for i in range(len(x))])
    return ((lereng.flatten(1).norm(dim=1) - target) ** 2).mean()
