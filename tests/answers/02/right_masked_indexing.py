"""Positive and negative numbers through masks, in a tensor of its own."""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.empty(x.shape, dtype=x.dtype)
        positive = x >= 0
        s[positive] = 1 / (1 + torch.exp(-x[positive]))
        grown = torch.exp(x[~positive])
        s[~positive] = grown / (1 + grown)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
