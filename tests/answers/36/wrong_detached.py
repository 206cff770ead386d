"""The stale features are cut off: the body stays as it was.

check: trained
advice: `badan` tidak lagi belajar: gradiennya
"""

import torch
import torch.nn.functional as F


def latih(badan, kepala, opt, x, y, langkah):
    fitur = badan(x).detach()
    for _ in range(langkah):
        opt.zero_grad()
        loss = F.mse_loss(kepala(torch.tanh(fitur)), y)
        loss.backward()
        opt.step()
    return loss.item()
