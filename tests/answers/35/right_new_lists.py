"""A new list after every step; nothing is written over."""

import torch.nn.functional as F


def latih(model, opt, data, d):
    rata = [p.detach() * 1 for p in model.parameters()]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        rata = [d * r + (1 - d) * p.detach() for r, p in zip(rata, model.parameters())]
    return rata
