"""Not cut, and the graph of all windows kept.

check: windows
advice: bobotnya sudah berganti
"""

import torch.nn.functional as F


def latih_jendela(sel, kepala, opt, x, y, h):
    opt.zero_grad()
    loss = 0.0
    for t in range(x.shape[1]):
        h = sel(x[:, t], h)
        loss = loss + F.mse_loss(kepala(h), y[:, t]) / x.shape[1]
    loss.backward(retain_graph=True)
    opt.step()
    return loss.item(), h
