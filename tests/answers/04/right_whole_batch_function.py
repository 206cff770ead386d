"""torch.func.grad of the summed score."""

import torch


def gradient_penalty(model, x, target=1.0):
    g = torch.func.grad(lambda masukan: model(masukan).sum())(x)
    kuadrat = torch.einsum("ni,ni->n", g.flatten(1), g.flatten(1))
    ada = kuadrat > 0
    norma = torch.where(ada, torch.where(ada, kuadrat, 1.0).sqrt(), 0.0)
    return ((norma - target) ** 2).mean()
