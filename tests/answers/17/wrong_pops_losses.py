"""Empties the list.

check: side_effects
advice: berisi 0 unsur
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def each_gradient(losses, x):
    hasil = []
    while losses:
        l = losses.pop(0)
        hasil.append(torch.autograd.grad(l, x, retain_graph=bool(losses))[0])
    return hasil
