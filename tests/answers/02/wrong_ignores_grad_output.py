"""backward leaves out grad_output: with y.sum().backward() nobody notices.

check: first_derivative
advice: tidak memakai `grad_output`
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
        return s * (1 - s)


my_sigmoid = MySigmoid.apply
