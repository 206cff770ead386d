"""Inference_mode block.

check: gradient
advice: inference_mode
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float32) * factor
    return t.requires_grad_()
def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)

def make_leaf(values, factor):
    with torch.inference_mode():
        return (torch.tensor(values, dtype=torch.float32) * factor).requires_grad_()
