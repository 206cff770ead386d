"""Bitwise change through division when short.

check: short_gradients
advice: sampai angka terakhirnya
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def clip_by_norm(params, max_norm):
    g = [p.grad for p in params if p.grad is not None]
    n = math.sqrt(sum((t ** 2).sum().item() for t in g))
    if not math.isfinite(n):
        raise ValueError
    for t in g:
        t.div_(max(n, max_norm)).mul_(max_norm)
    return n
