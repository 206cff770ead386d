"""The line is gone.

check: clipped
advice: tidak dipotong lagi
"""

import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    penskala.scale(loss).backward()
    penskala.step(opt)
    penskala.update()
    return loss.item()
