"""Lr set inside.

check: update
advice: menimpa parameternya, `lr`
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

def sgd_step(params, lr):
    lr = 0.1
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
