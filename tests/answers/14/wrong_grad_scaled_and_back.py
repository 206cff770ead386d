"""Mul_ then div_.

check: gradients
advice: berubah sesudah dipanggil
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
                p.grad.mul_(lr)
                p.sub_(p.grad)
                p.grad.div_(lr)
