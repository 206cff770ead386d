"""Writes into x in forward.

check: side_effects
advice: Isi `x` berubah
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        with torch.no_grad():
            x.mul_(-1)
        return -x

    @staticmethod
    def backward(ctx, grad_output):
        return -ctx.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
