"""Multiplies grad_output in place.

check: incoming_gradient
advice: mengubah `grad_output` di tempat
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        grad_output.mul_(-ctx.strength)
        return grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
