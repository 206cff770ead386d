"""Other words for what was there.

check: trained
advice: masih jumlah, bukan rata-rata
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y)
            loss.backward()
            loss = loss / len(lembaran)
            rata += loss.item()
        opt.step()
    return rata
