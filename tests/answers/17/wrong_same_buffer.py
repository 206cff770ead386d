"""One buffer.

check: gradients
advice: satu tensor yang sama
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def each_gradient(losses, x):
    g = torch.empty_like(x)
    hasil = []
    with torch.no_grad():
        for k, l in enumerate(losses):
            g[...] = torch.autograd.grad(l, x, retain_graph=k < len(losses) - 1)[0]
            hasil.append(g)
    return hasil
