"""The value of the function.

check: slopes
advice: Itu nilai fungsinya
"""

import torch


def slope(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    y = f(x)
    y.backward()
    return y.item()


def climb(f, x, steps, size):
    return x
