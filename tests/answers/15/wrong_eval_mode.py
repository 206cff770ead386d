"""Eval, modes of all put back.

check: modes
advice: selama dihitung
"""

import math, copy, functools, gc
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def accumulate(model, loss_fn, parts):
    modus = [(m, m.training) for m in model.modules()]
    model.eval()
    N = sum(len(x) for x, y in parts)
    model.zero_grad()
    total = 0.0
    for x, y in parts:
        l = loss_fn(model(x), y) * len(x) / N
        l.backward()
        total += l.item()
    for m, t in modus:
        m.train(t)
    return total
