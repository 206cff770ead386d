"""backward passes on what it gets.

check: first_derivative
advice: meneruskan `grad_output` begitu saja
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
        return grad_output


my_sigmoid = MySigmoid.apply
