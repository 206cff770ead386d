"""The moved value never gets into the list.

check: averaged
advice: tidak pernah masuk ke daftarnya
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
                r = r.lerp(p, 1 - d)
    return rata
