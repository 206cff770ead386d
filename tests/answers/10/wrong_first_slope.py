"""One slope for all steps.

check: climbs
advice: lereng di titik awal
"""

import torch


def slope(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    f(x).backward()
    return x.grad.item()


def climb(f, x, steps, size):
    arah = slope(f, x)
    for _ in range(steps):
        x = x + size * arah
    return x
