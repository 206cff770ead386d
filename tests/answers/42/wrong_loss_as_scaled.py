"""Returns the loss as the scaler made it.

check: clipped
advice: yang keliru hanya yang dikembalikan
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def langkah(model, opt, penskala, x, y, batas):
    opt.zero_grad()
    loss = penskala.scale(F.mse_loss(model(x), y))
    loss.backward()
    penskala.unscale_(opt)
    nn.utils.clip_grad_norm_(model.parameters(), batas)
    penskala.step(opt)
    penskala.update()
    return loss.item()
