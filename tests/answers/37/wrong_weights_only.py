"""Biases go free.

check: penalised
advice: juga bias
"""

import torch
import torch.nn.functional as F


def latih(model, opt, x, y, denda, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        besar = sum(p.square().sum() for nama, p in model.named_parameters() if "weight" in nama)
        loss = F.mse_loss(model(x), y) + denda * besar
        loss.backward()
        opt.step()
    return loss.item()
