"""s is detached in backward.

check: second_derivative
advice: Turunan kedua hilang
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
        s = ctx.saved_tensors[0].detach()
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
