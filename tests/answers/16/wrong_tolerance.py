"""Calls small numbers zero.

check: faint
advice: tanpa toleransi
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) < 1e-8).all(dim=0)
