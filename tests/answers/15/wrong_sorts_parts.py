"""List sorted in place.

check: side_effects
advice: urutan lain
"""

import math, copy, functools, gc
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def accumulate(model, loss_fn, parts):
    parts.sort(key=lambda p: len(p[0]))
    N = sum(len(x) for x, y in parts)
    model.zero_grad()
    total = 0.0
    for x, y in parts:
        l = loss_fn(model(x), y) * len(x) / N
        l.backward()
        total += l.item()
    return total
