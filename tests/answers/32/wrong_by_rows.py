"""Divides by the rows of a sheet.

check: trained
advice: `mse_loss` sudah membagi dengan itu
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y)
            (loss / len(x)).backward()
            rata += loss.item() / len(lembaran)
        opt.step()
    return rata
