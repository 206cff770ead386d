"""Skips frozen with gradient.

check: frozen
advice: params[1] dibekukan
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def sgd_step(params, lr):
    with torch.no_grad():
        for p in [q for q in params if q.requires_grad]:
            if p.grad is not None:
                p -= lr * p.grad
