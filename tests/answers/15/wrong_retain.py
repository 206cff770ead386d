"""Retain_graph and losses kept.

check: one_graph
advice: menahan simpanannya
"""

import math, copy, functools, gc
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def accumulate(model, loss_fn, parts):
    N = sum(len(x) for x, y in parts)
    model.zero_grad()
    semua = []
    for x, y in parts:
        l = loss_fn(model(x), y) * len(x) / N
        l.backward(retain_graph=True)
        semua.append(l)
    return sum(l.item() for l in semua)
