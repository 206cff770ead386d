"""Hook on the result.

check: by_itself
advice: bukan `Reverse` yang membaliknya
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
    def forward(ctx, x):
        return x.view_as(x)
    @staticmethod
    def backward(ctx, g):
        return g
def reverse(x, strength):
    y = Reverse.apply(x)
    if y.requires_grad:
        y.register_hook(lambda g: -strength * g)
    return y
