"""Copies, and keeps the way to the parameters.

check: plain
advice: membawa graf
"""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    rata = [p.clone() for p in model.parameters()]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            for r, p in zip(rata, model.parameters()):
                r.lerp_(p, 1 - d)
    return rata
