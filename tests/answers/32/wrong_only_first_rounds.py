"""Mends one number of sheets, the one in the notebook.

check: trained
advice: Dengan 5 lembar
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y)
            (loss / 3).backward()
            rata += loss.item() / len(lembaran)
        opt.step()
    return rata
