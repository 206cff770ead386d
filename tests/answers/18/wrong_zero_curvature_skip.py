"""Skip tiny v.

check: values
advice: menganggap v sebagai nol
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def hvp(f, x, v):
    if v.norm() < 1e-3:
        return torch.zeros_like(x)
    return torch.func.jvp(torch.func.grad(f), (x.detach(),), (v,))[1]
