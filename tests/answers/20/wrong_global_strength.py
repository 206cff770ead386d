"""Kekuatan of the notebook.

check: gradient
advice: tidak pernah membaca parameternya, `strength`
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

kekuatan = 0.5
def reverse(x, strength):
    return Reverse.apply(x, kekuatan)
