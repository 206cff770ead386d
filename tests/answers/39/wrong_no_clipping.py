"""The line is gone.

check: clipped
advice: tidak dipotong lagi
"""

import torch.nn.functional as F


def langkah(model, opt, lembaran, batas):
    opt.zero_grad()
    for x, y in lembaran:
        loss = F.mse_loss(model(x), y) / len(lembaran)
        loss.backward()
    opt.step()
