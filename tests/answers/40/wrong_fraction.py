"""Reports what it was before.

check: trained
advice: masih peluang dari 0 sampai 1
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    loss.backward()
    opt.step()
    return loss.item(), peluang.detach()
