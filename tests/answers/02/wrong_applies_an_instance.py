"""The class is used like a layer.

check: error
advice: Kode Anda berhenti dengan galat
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


def my_sigmoid(x):
    sigmoid = MySigmoid()
    return sigmoid(x)
