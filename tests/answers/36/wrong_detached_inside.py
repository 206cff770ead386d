"""Moved inside, and cut off there.

check: trained
advice: `badan` tidak lagi belajar: gradiennya
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        with torch.no_grad():
            fitur = badan(x)
        loss = F.mse_loss(kepala(torch.tanh(fitur)), y)
        loss.backward()
        opt.step()
    return loss.item()
