"""Leaves strength out.

check: gradient
advice: bukan dengan −1
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return -grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
