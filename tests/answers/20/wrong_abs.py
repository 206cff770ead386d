"""Abs(strength).

check: gradient
advice: strength` -1.5
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)
    @staticmethod
    def backward(ctx, g):
        return -ctx.strength * g, None
def reverse(x, strength):
    return Reverse.apply(x, strength)

class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.s = abs(strength)
        return x.clone()
    @staticmethod
    def backward(ctx, g):
        return -ctx.s * g, None
