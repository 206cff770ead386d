"""A copy of the list, not of what it holds.

check: averaged
advice: persis bobot terakhir
"""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    rata = list([p.detach() for p in model.parameters()])[:]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            for r, p in zip(rata, model.parameters()):
                r.lerp_(p.detach().clone(), 1 - d)
    return rata
