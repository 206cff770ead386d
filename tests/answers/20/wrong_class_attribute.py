"""Keeps strength on the class: the last call wins.

check: repeated
advice: berbagi satu simpanan
"""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        Reverse.strength = strength
        return x.clone()

    @staticmethod
    def backward(ctx, grad_output):
        return -Reverse.strength * grad_output, None


def reverse(x, strength):
    return Reverse.apply(x, strength)
