"""The shape is lost: right for one dimension only.

check: layouts
advice: `y` berbentuk
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x.reshape(-1))
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
