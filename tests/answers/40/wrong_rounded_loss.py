"""The rounded number is trained on.

check: trained
advice: gradiennya nol
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    persen = (peluang * 100).round()
    loss = ((persen / 100 - y) ** 2).mean()
    loss.backward()
    opt.step()
    return loss.item(), persen
