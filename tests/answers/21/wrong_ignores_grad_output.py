"""A backward that is right only where the gradient from the right is 1.

check: gradient
advice: tidak memakai `grad_output`
"""

import torch


class SafeSqrt(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.clamp(min=0).sqrt()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        y, = ctx.saved_tensors
        return torch.where(y > 0, 0.5 / y, 0.0)


safe_sqrt = SafeSqrt.apply
