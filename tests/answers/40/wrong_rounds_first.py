"""Rounds, then multiplies.

check: trained
advice: dibulatkan lebih dulu
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    persen = peluang.detach().round() * 100
    loss.backward()
    opt.step()
    return loss.item(), persen
