"""Seeds numpy in backward.

check: untouched
advice: numpy.random.seed
"""

import math, copy, functools
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s
    @staticmethod
    def backward(ctx, g):
        s, = ctx.saved_tensors
        return g * s * (1 - s)
def my_sigmoid(x):
    return MySigmoid.apply(x)

class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s
    @staticmethod
    def backward(ctx, g):
        np.random.seed(0)
        s, = ctx.saved_tensors
        return g * s * (1 - s)
