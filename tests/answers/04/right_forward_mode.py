"""One directional derivative per element, from the left."""

import torch


def gradient_penalty(model, x, target=1.0):
    kuadrat = 0
    for letak in range(x[0].numel()):
        arah = torch.zeros_like(x).flatten(1)
        arah[:, letak] = 1
        _, turunan = torch.func.jvp(model, (x.detach(),), (arah.reshape(x.shape),))
        kuadrat = kuadrat + turunan.flatten() ** 2
    norma = (kuadrat + 1e-12).sqrt()
    return ((norma - target) ** 2).mean()
