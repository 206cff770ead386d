"""A loop over the first dimension that takes every item for a number.

check: error
advice: iteration over a 0-d tensor
"""

import math

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.tensor([1 / (1 + math.exp(-v.item())) for v in x], dtype=x.dtype)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
