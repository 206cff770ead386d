"""forward called by hand: nobody records it.

check: used
advice: tanpa `detach` dan `no_grad`; `MySigmoid.forward` saja tidak dicatat
"""

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        s = torch.sigmoid(x)
        if ctx is not None:
            ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, grad_output):
        (s,) = ctx.saved_tensors
        return grad_output * s * (1 - s)


def my_sigmoid(x):
    with torch.no_grad():
        return MySigmoid.forward(None, x)
