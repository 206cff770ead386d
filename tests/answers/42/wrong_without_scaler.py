"""The scaler is not used any more.

check: infinite
advice: seharusnya dilewati
"""

import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), batas)
    opt.step()
    return loss.item()
