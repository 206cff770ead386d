"""backward() fills .grad of the layer.

check: side_effects
advice: Pakai `torch.autograd.grad`
"""

import torch


def dead_units(layer, x):
    layer.zero_grad()
    torch.relu(layer(x)).sum().backward()
    return layer.bias.grad == 0
