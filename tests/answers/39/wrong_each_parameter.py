"""A norm for every parameter.

check: clipped
advice: menurut normanya sendiri
"""

import torch.nn.functional as F
from torch import nn


def langkah(model, opt, lembaran, batas):
    opt.zero_grad()
    for x, y in lembaran:
        loss = F.mse_loss(model(x), y) / len(lembaran)
        loss.backward()
    for p in model.parameters():
        nn.utils.clip_grad_norm_(p, batas)
    opt.step()
