"""The value goes through float32.

check: values
advice: dtype `y`
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return torch.tensor(x.tolist())

    @staticmethod
    def backward(ctx, grad_output):
        return -ctx.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
