"""Knows the last loss by its value.

check: equal_values
advice: Kenali loss terakhir dari nomornya
"""

import torch


def each_gradient(losses, x):
    return [torch.autograd.grad(loss, x, retain_graph=bool(loss != losses[-1]))[0] for loss in losses]
