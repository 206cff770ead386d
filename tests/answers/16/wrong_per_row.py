"""Joins the units instead of the rows.

check: mask
advice: sehingga jawabannya per baris
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) == 0).all(dim=1)
