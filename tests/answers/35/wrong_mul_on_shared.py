"""Still shared: mul_ now shrinks the model itself.

check: averaged
advice: seharusnya
"""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    rata = [p.detach() for p in model.parameters()]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            for r, p in zip(rata, model.parameters()):
                r.mul_(d).add_(p, alpha=1 - d)
    return rata
