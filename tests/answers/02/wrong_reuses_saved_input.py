"""The saved input is overwritten.

check: untouched
advice: mengubah `x` di tempat
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
        s = x.data.sigmoid_()
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
