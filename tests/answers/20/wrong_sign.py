"""No minus.

check: gradient
advice: Tanda minusnya belum ada
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return ctx.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
