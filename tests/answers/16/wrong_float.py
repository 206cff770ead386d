"""Gives ones and zeros.

check: mask
advice: seharusnya torch.bool
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) == 0).all(dim=0).float()
