"""Written over when nobody needs it any more."""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    loss.backward()
    opt.step()
    return loss.item(), peluang.data.mul_(100).round()
