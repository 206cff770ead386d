"""backward computes, and returns nothing.

check: first_derivative
advice: `return` di `backward` terlupa
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
        grad = grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
