"""grad_output is detached: what lies to the right has no second derivative.

check: second_derivative
advice: diturunkan terhadap `grad_output`
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
        return grad_output.detach() * s * (1 - s)


my_sigmoid = MySigmoid.apply
