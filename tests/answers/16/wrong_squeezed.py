"""squeeze() takes away the only unit.

check: mask
advice: tanpa `squeeze`
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) == 0).all(dim=0).squeeze()
