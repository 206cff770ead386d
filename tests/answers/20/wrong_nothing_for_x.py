"""Gives only None for x: the gradient stops.

check: gradient
advice: mengirim `None` untuk x
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return None, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
