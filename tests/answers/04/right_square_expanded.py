"""(v - t)^2 = v^2 - 2vt + t^2, with the guard in the middle term only."""

import torch


def gradient_penalty(model, x, target=1.0):
    x = x.detach().clone().requires_grad_()
    g, = torch.autograd.grad(model(x).sum(), x, create_graph=True)

    kuadrat = (g * g).sum(dim=list(range(1, g.dim())))
    return (kuadrat - 2 * target * torch.sqrt(kuadrat + 1e-14)).mean() + target**2
