"""Takes a gradient of zeros for that of a parameter nobody uses.

check: zeros
advice: Nol adalah gradien juga
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def combine(gradients, counts):
    N = sum(counts)
    hasil = []
    for k in zip(*gradients):
        t = sum(g * n / N for g, n in zip(k, counts) if g is not None)
        hasil.append(t if torch.is_tensor(t) and t.any() else None)
    return hasil
