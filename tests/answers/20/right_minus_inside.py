"""Reverse turns the sign only; the strength is ordinary autograd around it."""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.factor = -float(strength)
        return x * 1

    @staticmethod
    def backward(ctx, *grads):
        return tuple(ctx.factor * g for g in grads) + (None,)


def reverse(x, strength):
    return Reverse.apply(x, strength)
