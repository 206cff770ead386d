"""The class is in the graph, with a weight of zero: the gradient goes another way.

check: used
advice: tidak melewati `MySigmoid`, atau hanya sebagian
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
    return torch.sigmoid(x) + 0 * MySigmoid.apply(x)
