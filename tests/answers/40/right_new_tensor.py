"""Cut off, and multiplied into a new tensor."""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    persen = (peluang.detach() * 100).round()
    loss.backward()
    opt.step()
    return loss.item(), persen
