"""Unscaled, and clipped by hand."""

import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    penskala.scale(loss).backward()
    penskala.unscale_(opt)
    norma = torch.cat([p.grad.flatten() for p in model.parameters()]).norm()
    if norma > batas:
        for p in model.parameters():
            p.grad.mul_(batas / norma)
    penskala.step(opt)
    penskala.update()
    return loss.item()
