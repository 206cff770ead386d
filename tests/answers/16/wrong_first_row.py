"""Looks at one row, as the example of the chapter does.

check: units
advice: baris pertama saja
"""

import torch


def dead_units(layer, x):
    return torch.relu(layer(x[0])) == 0
