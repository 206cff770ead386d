"""x(1 - x): the input was saved, the formula is for the output.

check: first_derivative
advice: diisi dengan x
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
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
