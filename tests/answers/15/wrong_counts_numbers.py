"""Counts the numbers of x where its rows are asked for.

check: gradient
advice: bukan banyaknya baris
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(x.numel() for x, _ in parts)
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y) * len(x) / n
        loss.backward()
        total += loss.item()
    return total
