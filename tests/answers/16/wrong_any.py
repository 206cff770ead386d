"""Takes a unit for dead that sleeps in one row.

check: units
advice: Tidur pada sebagian baris belum mati
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) == 0).any(dim=0)
