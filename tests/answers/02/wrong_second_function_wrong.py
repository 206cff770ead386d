"""A second Function for the derivative, whose own backward forgets (1 - 2s).

check: second_derivative
advice: Faktor (1 − 2s) belum ada
"""

import torch


class SigmoidGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx, grad_output, s):
        ctx.save_for_backward(grad_output, s)
        return grad_output * s * (1 - s)

    @staticmethod
    def backward(ctx, pull):
        grad_output, s = ctx.saved_tensors
        return pull * s * (1 - s), pull * grad_output


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return SigmoidGradient.apply(grad_output, s)


my_sigmoid = MySigmoid.apply
