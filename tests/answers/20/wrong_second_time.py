"""Writes into ctx in backward, so the second time the sign is lost.

check: repeated
advice: mengubah simpanannya di `ctx`
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        ctx.strength = -ctx.strength
        return ctx.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
