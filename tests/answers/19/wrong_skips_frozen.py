"""Only requires_grad.

check: frozen
advice: params[0] dibekukan
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def clip_by_norm(params, max_norm):
    g = [p.grad for p in params if p.requires_grad and p.grad is not None]
    n = math.sqrt(sum((t ** 2).sum().item() for t in g))
    if not math.isfinite(n):
        raise ValueError
    if n > max_norm:
        for t in g:
            t.mul_(max_norm / n)
    return n
