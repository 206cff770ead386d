"""The decorator says it: only once.

check: second_derivative
advice: Turunan kedua hilang
"""

import torch
from torch.autograd.function import once_differentiable


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
