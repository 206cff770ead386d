"""Marks the living.

check: units
advice: Jawaban Anda terbalik
"""

import torch


def dead_units(layer, x):
    return (torch.relu(layer(x)) > 0).any(dim=0)
