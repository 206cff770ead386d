"""grad_output is multiplied in place.

check: untouched
advice: mengubah `grad_output` di tempat
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
        return grad_output.mul_(s).mul_(1 - s)


my_sigmoid = MySigmoid.apply
