"""The copy is made anew after every step.

check: averaged
advice: persis bobot terakhir
"""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        rata = [p.detach().clone() for p in model.parameters()]
        with torch.no_grad():
            for r, p in zip(rata, model.parameters()):
                r.lerp_(p, 1 - d)
    return rata
