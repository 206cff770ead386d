"""What comes out of ReLU is never negative, so it is all zero if its sum is."""

import torch


def dead_units(layer, x):
    out = torch.clamp(layer(x.detach()), min=0)
    return out.sum(0).eq(0)
