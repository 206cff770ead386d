"""Looks for rows of zeros in the gradient of the weights.

check: cancelling
advice: saling meniadakan
"""

import torch


def dead_units(layer, x):
    out = torch.relu(layer(x)).sum()
    (g,) = torch.autograd.grad(out, layer.weight)
    return (g == 0).all(dim=1)
