"""The result is saved and put through the sigmoid again.

check: first_derivative
advice: Sigmoid dihitung dua kali
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
        s = torch.sigmoid(s)
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
