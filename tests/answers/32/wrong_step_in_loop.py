"""One step for every sheet.

check: trained
advice: Model melangkah sesudah setiap lembar
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        rata = 0.0
        for x, y in lembaran:
            opt.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            opt.step()
            rata += loss.item() / len(lembaran)
    return rata
