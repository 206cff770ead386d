"""Flatten() in place.

check: update
advice: memberi salinan
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
                p.flatten().sub_(lr * p.grad.flatten())
