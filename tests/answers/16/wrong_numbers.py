"""Gives the numbers of the dead units.

check: mask
advice: bukan nomor unitnya
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) == 0).all(dim=0).nonzero().flatten()
