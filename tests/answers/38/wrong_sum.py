"""The mean has become a sum.

check: windows
advice: jumlah atas ketukan
"""

import torch.nn.functional as F


def latih_jendela(sel, kepala, opt, x, y, h):
    opt.zero_grad()
    h = h.detach()
    loss = 0.0
    for t in range(x.shape[1]):
        h = sel(x[:, t], h)
        loss = loss + F.mse_loss(kepala(h), y[:, t])
    loss.backward()
    opt.step()
    return loss.item(), h
