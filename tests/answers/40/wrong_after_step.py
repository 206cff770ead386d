"""Asks the model again, after the step.

check: trained
advice: Itu taksiran sesudah melangkah
"""

import torch


def langkah(model, opt, x, y):
    opt.zero_grad()
    peluang = torch.sigmoid(model(x))
    loss = ((peluang - y) ** 2).mean()
    loss.backward()
    opt.step()
    with torch.no_grad():
        persen = (torch.sigmoid(model(x)) * 100).round()
    return loss.item(), persen
