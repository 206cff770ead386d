"""Central differences: close in float64, not in float32.

check: values
advice: selisih hingga
"""

import torch


def gradient_penalty(model, x, target=1.0):
    geser = 1e-4
    kuadrat = 0
    for letak in range(x[0].numel()):
        arah = torch.zeros_like(x).flatten(1)
        arah[:, letak] = geser
        arah = arah.reshape(x.shape)
        lereng = (model(x + arah) - model(x - arah)).flatten() / (2 * geser)
        kuadrat = kuadrat + lereng**2
    norma = (kuadrat + 1e-12).sqrt()
    return ((norma - target) ** 2).mean()
