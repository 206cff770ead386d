"""backward is given the weight."""

import torch
import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    bobot = 1 / len(lembaran)
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y)
            loss.backward(torch.full_like(loss, bobot))
            rata += bobot * loss.item()
        opt.step()
    return rata
