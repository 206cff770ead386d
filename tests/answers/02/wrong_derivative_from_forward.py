"""s(1 - s) is computed in forward and saved: the second derivative is gone without a word.

check: second_derivative
advice: Turunan kedua hilang
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s * (1 - s))
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (slope,) = ctx.saved_tensors
        return grad_output * slope


my_sigmoid = MySigmoid.apply
