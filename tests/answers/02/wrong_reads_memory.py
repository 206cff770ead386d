"""Numbers are read in the order of memory: wrong for a transposed tensor.

check: layouts
advice: jadi bentuk apa pun sama saja
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        strides = torch.empty(x.shape).stride()
        s = torch.sigmoid(x.as_strided(x.shape, strides)) if 0 not in x.stride() else torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
