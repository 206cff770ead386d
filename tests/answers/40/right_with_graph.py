"""A new tensor, without cutting it off."""

import torch


def langkah(model, opt, x, y):
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    with torch.no_grad():
        persen = torch.round(100 * peluang)
    return loss.item(), persen
