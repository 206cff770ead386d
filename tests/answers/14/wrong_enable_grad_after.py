"""Set_grad_enabled(False) / True.

check: side_effects
advice: mode gradien
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def sgd_step(params, lr):
    lama = True
    torch.set_grad_enabled(False)
    for p in params:
        if p.grad is not None:
            p -= lr * p.grad
    torch.set_grad_enabled(lama)
