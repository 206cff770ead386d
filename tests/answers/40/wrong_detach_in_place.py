"""detach shares the memory: now it is refused.

check: error
advice: ditimpa di tempat, padahal autograd menyimpannya
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    persen = peluang.detach().mul_(100).round()
    loss.backward()
    opt.step()
    return loss.item(), persen
