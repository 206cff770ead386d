"""Too early by one sheet.

check: order
advice: urutan lain
"""

import torch.nn.functional as F
from torch import nn


def langkah(model, opt, lembaran, batas):
    opt.zero_grad()
    for x, y in lembaran:
        loss = F.mse_loss(model(x), y) / len(lembaran)
        nn.utils.clip_grad_norm_(model.parameters(), batas)
        loss.backward()
    opt.step()
