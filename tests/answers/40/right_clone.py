"""A copy, which may be written over."""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = model(x).sigmoid()
    loss = (peluang - y).square().mean()
    persen = peluang.data.clone().mul_(100).round_()
    loss.backward()
    opt.step()
    return loss.item(), persen
