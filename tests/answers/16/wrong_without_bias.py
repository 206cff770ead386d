"""Multiplies by hand and leaves out the bias.

check: units
advice: Bias lapisan itu belum dihitung
"""

import torch


def dead_units(layer, x):
    return (torch.relu(x @ layer.weight.T) == 0).all(dim=0)
