"""The parameters are used up before they are clipped.

check: clipped
advice: tidak dipotong lagi
"""

import torch.nn.functional as F
from torch import nn


def langkah(model, opt, lembaran, batas):
    params = model.parameters()
    for p in params:
        p.grad = None
    for x, y in lembaran:
        loss = F.mse_loss(model(x), y) / len(lembaran)
        loss.backward()
    nn.utils.clip_grad_norm_(params, batas)
    opt.step()
