"""The new one weighs d.

check: averaged
advice: tertukar
"""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    rata = [p.detach().clone() for p in model.parameters()]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            for r, p in zip(rata, model.parameters()):
                r.lerp_(p, d)
    return rata
