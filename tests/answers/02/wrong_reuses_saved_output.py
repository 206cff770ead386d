"""The saved result is overwritten to spare memory: y changes in the hands of its owner.

check: untouched
advice: mengubah hasil `my_sigmoid` di tempat
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
        return s.mul_(1 - s).mul(grad_output)


my_sigmoid = MySigmoid.apply
