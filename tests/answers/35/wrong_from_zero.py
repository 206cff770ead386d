"""Starts from nothing.

check: averaged
advice: mulai dari nol
"""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    rata = [torch.zeros_like(p) for p in model.parameters()]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            for r, p in zip(rata, model.parameters()):
                r.lerp_(p, 1 - d)
    return [r.detach() for r in rata]
