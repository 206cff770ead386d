"""Takes the growth away by emptying for every sheet.

check: trained
advice: hanya lembar terakhir, tanpa dibagi
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for _ in range(langkah):
        rata = 0.0
        for x, y in lembaran:
            opt.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            rata += loss.item() / len(lembaran)
        opt.step()
    return rata
