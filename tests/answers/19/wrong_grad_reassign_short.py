"""Reassigns even when short.

check: short_gradients
advice: salinannya
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def clip_by_norm(params, max_norm):
    g = [p for p in params if p.grad is not None]
    n = math.sqrt(sum((p.grad ** 2).sum().item() for p in g))
    if not math.isfinite(n):
        raise ValueError
    f = min(1.0, max_norm / (n + 1e-12))
    for p in g:
        p.grad.mul_(f) if f < 1 else setattr(p, "grad", p.grad.clone())
    return n
