"""The same under no_grad.

check: error
advice: ditimpa di tempat, padahal autograd menyimpannya
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    with torch.no_grad():
        persen = peluang.mul_(100).round()
    loss.backward()
    opt.step()
    return loss.item(), persen
