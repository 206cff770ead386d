"""An ordinary class, not a Function.

check: custom_function
advice: kelas turunan `torch.autograd.Function`
"""

import torch


class Reverse:
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return -ctx.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
