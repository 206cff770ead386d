"""Scale outside the class.

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
        return x.clone()
    @staticmethod
    def backward(ctx, g):
        return -g
class Kali(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, s):
        ctx.s = s
        return x.clone()
    @staticmethod
    def backward(ctx, g):
        return ctx.s * g, None
def reverse(x, strength):
    return Kali.apply(Reverse.apply(x), strength)
