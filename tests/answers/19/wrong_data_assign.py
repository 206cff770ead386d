"""P.grad.data = ....

check: in_place
advice: memorinya diganti
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
    if n > max_norm:
        for p in g:
            p.grad.data = p.grad.data / n * max_norm
    return n
