"""Divides the gathered gradient after every sheet.

check: trained
advice: seharusnya
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y)
            loss.backward()
            for p in model.parameters():
                p.grad /= len(lembaran)
            rata += loss.item() / len(lembaran)
        opt.step()
    return rata
