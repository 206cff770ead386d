"""Backward(create_graph=True).

check: one_graph
advice: masih punya graf
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
    for x, y in parts:
        l = loss_fn(model(x), y) * len(x) / N
        l.backward(create_graph=True)
        total += l.item()
    return total
