"""clone under no_grad, without detach."""

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    with torch.no_grad():
        rata = [p.clone() for p in model.parameters()]
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            torch._foreach_lerp_(rata, list(model.parameters()), 1 - d)
    return tuple(rata)
