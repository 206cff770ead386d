"""Number after number with the math module, put into a tensor of the same shape."""

import math

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        numbers = []
        for value in x.flatten().tolist():
            e = math.exp(-abs(value))
            numbers.append(1 / (1 + e) if value >= 0 else e / (1 + e))
        s = torch.tensor(numbers, dtype=x.dtype, device=x.device).reshape(x.shape)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
