"""None comes first.

check: gradient
advice: mengirim gradien untuk `strength`
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return None, -ctx.strength * grad_output


def reverse(x, strength):
    return Reverse.apply(x, strength)
