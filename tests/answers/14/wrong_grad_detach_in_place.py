"""P.grad.detach_().

check: gradients
advice: tensornya diganti
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p.grad.detach_()
                p -= lr * p.grad
