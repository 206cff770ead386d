"""forward without ctx, setup_context keeps the input, and a rule for vmap; the call goes through a function."""

import torch


class MySigmoid(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return (torch.tanh(x / 2) + 1) / 2

    @staticmethod
    def setup_context(ctx, inputs, output):
        (x,) = inputs
        ctx.save_for_backward(x)

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        t = torch.tanh(x / 2)
        return grad_output * (1 - t) * (1 + t) / 4


def my_sigmoid(x):
    y = MySigmoid.apply(x)
    return y
