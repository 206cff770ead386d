"""Softmax: right for no single number.

check: values
advice: Yang Anda hitung softmax
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        e = torch.exp(x - x.max())
        s = e / e.sum()
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
