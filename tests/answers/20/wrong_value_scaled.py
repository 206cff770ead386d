"""Scales the value.

check: values
advice: `strength` hanya dipakai di `backward`
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return strength * x

    @staticmethod
    def backward(ctx, grad_output):
        return -ctx.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
