"""Cut after the cell: the head learns, the cell does not.

check: windows
advice: seharusnya
"""

import torch.nn.functional as F


def latih_jendela(sel, kepala, opt, x, y, h):
    opt.zero_grad()
    loss = 0.0
    for t in range(x.shape[1]):
        h = sel(x[:, t], h).detach()
        loss = loss + F.mse_loss(kepala(h), y[:, t]) / x.shape[1]
    loss.backward()
    opt.step()
    return loss.item(), h
