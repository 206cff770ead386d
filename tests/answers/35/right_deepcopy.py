"""A copy of the whole model."""

import copy

import torch
import torch.nn.functional as F


def latih(model, opt, data, d):
    kembar = copy.deepcopy(model)
    for x, y in data:
        opt.zero_grad()
        F.mse_loss(model(x), y).backward()
        opt.step()
        with torch.no_grad():
            for r, p in zip(kembar.parameters(), model.parameters()):
                r.lerp_(p, 1 - d)
    return [r.detach() for r in kembar.parameters()]
