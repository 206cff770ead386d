"""A global list, last in, first out: right while calls and backwards alternate.

check: repeated
advice: Simpan di `ctx`, bukan di kelas
"""

import torch

stack = []


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        stack.append(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        s = stack.pop()
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
