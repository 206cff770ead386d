"""Divides by the scale; the scaler divides once more.

check: clipped
advice: dua kali
"""

import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    penskala.scale(loss).backward()
    for p in model.parameters():
        p.grad /= penskala.get_scale()
    nn.utils.clip_grad_norm_(model.parameters(), batas)
    penskala.step(opt)
    penskala.update()
    return loss.item()
