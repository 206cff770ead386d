"""List emptied.

check: side_effects
advice: berisi 0 unsur, semula 3
"""

import math, copy, functools, gc
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def accumulate(model, loss_fn, parts):
    N = sum(len(x) for x, y in parts)
    model.zero_grad()
    total = 0.0
    while len(parts) > 0:
        x, y = parts.pop()
        l = loss_fn(model(x), y) * len(x) / N
        l.backward()
        total += l.item()
    return total
