"""The line stays inside, for the last sheet only."""

import torch.nn.functional as F
from torch import nn


def langkah(model, opt, lembaran, batas):
    opt.zero_grad()
    for i, (x, y) in enumerate(lembaran):
        loss = F.mse_loss(model(x), y) / len(lembaran)
        loss.backward()
        if i == len(lembaran) - 1:
            nn.utils.clip_grad_norm_(model.parameters(), batas)
    opt.step()
