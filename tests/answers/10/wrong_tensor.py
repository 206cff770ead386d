"""Hands back the tensor.

check: slopes
advice: diambil dari tensor dengan `item()`
"""

import torch


def slope(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    f(x).backward()
    return x.grad


def climb(f, x, steps, size):
    for _ in range(steps):
        x = x + size * slope(f, x).item()
    return x
