"""The loop keeps the last one.

check: penalised
advice: Hanya satu parameter yang didenda
"""

import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        for p in model.parameters():
            besar = p.square().sum()
        loss = F.mse_loss(model(x), y) + denda * besar
        loss.backward()
        opt.step()
    return loss.item()
