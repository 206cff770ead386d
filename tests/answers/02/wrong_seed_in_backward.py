"""backward sets the seed of the whole program.

check: untouched
advice: `backward` Anda meninggalkan benih
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
        torch.manual_seed(0)
        return grad_output * s * (1 - s)


my_sigmoid = MySigmoid.apply
