"""Right far out for value and derivative; in the second derivative 0 · Inf.

check: far_values
advice: turunan kedua `my_sigmoid` adalah nan
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(x)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        s = torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
