"""Skip None."""

import math, copy, functools, gc
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def accumulate(model, loss_fn, parts):
    model.zero_grad(set_to_none=True)
    N, total = 0, 0.0
    for x, y in parts:
        l = loss_fn(model(x), y) * len(x)
        l.backward()
        total += l.item()
        N += len(x)
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p.grad /= N
    return total / N
