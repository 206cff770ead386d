"""Detaches grad_output to be safe.

check: second_derivative
advice: tidak tersambung ke `grad_output`
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return -ctx.strength * grad_output.detach(), None


def reverse(x, strength):
    return Reverse.apply(x, strength)
