"""Only the last beat counts.

check: windows
advice: Hanya ketukan terakhir
"""

import torch.nn.functional as F


def latih_jendela(sel, kepala, opt, x, y, h):
    opt.zero_grad()
    h = h.detach()
    for t in range(x.shape[1]):
        h = sel(x[:, t], h)
    loss = F.mse_loss(kepala(h), y[:, -1])
    loss.backward()
    opt.step()
    return loss.item(), h
