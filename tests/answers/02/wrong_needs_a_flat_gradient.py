"""view() on grad_output: only for memory in one piece.

check: error
advice: view size is not compatible
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
        slope = (s * (1 - s)).reshape(-1)
        return (grad_output.view(-1) * slope).view(grad_output.shape)


my_sigmoid = MySigmoid.apply
