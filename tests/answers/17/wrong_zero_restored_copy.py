"""X.grad put back as a clone.

check: side_effects
advice: tensornya lain
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def each_gradient(losses, x):
    lama = None if x.grad is None else x.grad.clone()
    hasil = []
    for k, l in enumerate(losses):
        x.grad = None
        l.backward(retain_graph=k + 1 < len(losses), inputs=[x])
        hasil.append(x.grad)
    x.grad = lama
    return hasil
