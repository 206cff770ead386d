"""Written for a single number; vmap takes it over all of them."""

import torch


class MySigmoid(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(number):
        return 1 / (1 + torch.exp(-number))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, pull):
        (s,) = ctx.saved_tensors
        return pull * s * (1 - s)


def my_sigmoid(x):
    return torch.func.vmap(MySigmoid.apply)(x.reshape(-1)).reshape(x.shape)
