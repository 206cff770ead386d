"""Percent before the loss is taken.

check: trained
advice: milik persen, bukan peluang
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x)) * 100
    loss = ((peluang - y) ** 2).mean()
    persen = peluang.detach().round()
    loss.backward()
    opt.step()
    return loss.item(), persen
