"""The scale is measured by scaling 1."""

import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    penskala.scale(loss).backward()
    skala = penskala.scale(torch.ones(()))
    nn.utils.clip_grad_norm_(list(model.parameters()), float(batas * skala))
    penskala.step(opt)
    penskala.update()
    return loss.item()
