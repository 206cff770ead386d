"""The method is called vjp, a second argument switches nothing, and a partial function supplies it."""

from functools import partial

import torch


class MySigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        s = torch.sigmoid(x * scale)
        ctx.save_for_backward(s)
        ctx.scale = scale
        return s

    @staticmethod
    def vjp(ctx, g):
        (s,) = ctx.saved_tensors
        return ctx.scale * g * s * (1 - s), None


def call(scale, x):
    return MySigmoid.apply(x, scale)


my_sigmoid = partial(call, 1.0)
