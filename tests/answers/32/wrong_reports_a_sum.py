"""The report is divided twice.

check: trained
advice: `loss` bernilai
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y) / len(lembaran)
            loss.backward()
            rata += loss.item() / len(lembaran)
        opt.step()
    return rata
