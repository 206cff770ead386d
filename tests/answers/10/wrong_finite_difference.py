"""A difference quotient.

check: slopes
advice: selisih hingga
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def slope(f, x):
    h = 1e-3
    x = torch.tensor(float(x))
    return ((f(x + h) - f(x - h)) / (2 * h)).item()


def climb(f, x, steps, size):
    for _ in range(steps):
        x = x + size * slope(f, x)
    return x
