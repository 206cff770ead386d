"""The incoming gradients are added up: with a single number nobody notices.

check: first_derivative
advice: kalikan unsur demi unsur
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output.sum() * s * (1 - s)


my_sigmoid = MySigmoid.apply
