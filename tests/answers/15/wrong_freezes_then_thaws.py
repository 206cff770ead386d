"""Requires_grad_(True) on all.

check: frozen
advice: meminta gradien lagi
"""

import math, copy, functools, gc
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def accumulate(model, loss_fn, parts):
    model.requires_grad_(True)
    N = sum(len(x) for x, y in parts)
    model.zero_grad()
    total = 0.0
    for x, y in parts:
        l = loss_fn(model(x), y) * len(x) / N
        l.backward()
        total += l.item()
    return total
