"""Unscaled first."""

import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    penskala.scale(loss).backward()
    penskala.unscale_(opt)
    nn.utils.clip_grad_norm_(model.parameters(), batas)
    penskala.step(opt)
    penskala.update()
    return loss.item()
