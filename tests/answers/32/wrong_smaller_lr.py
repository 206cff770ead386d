"""Divides the learning rate: enough for plain SGD, not for the others.

check: trained
advice: SGD bermomentum
"""

import torch.nn.functional as F


def latih(model, opt, lembaran, langkah):
    for kelompok in opt.param_groups:
        kelompok["lr"] /= len(lembaran)
    for _ in range(langkah):
        opt.zero_grad()
        rata = 0.0
        for x, y in lembaran:
            loss = F.mse_loss(model(x), y)
            loss.backward()
            rata += loss.item() / len(lembaran)
        opt.step()
    return rata
