"""The formulas live in a base class, and my_sigmoid is a callable object."""

import torch


class Formulas(torch.autograd.Function):
    @staticmethod
    def stable(x):
        return torch.sigmoid(x.clamp(min=0)) + torch.sigmoid(x.clamp(max=0)) - 0.5

    @staticmethod
    def slope(s):
        return s - s.square()


class MySigmoid(Formulas):
    @staticmethod
    def forward(ctx, x):
        s = Formulas.stable(x)
        ctx.save_for_backward(s)
        return s

    @staticmethod
    def backward(ctx, *gradients):
        return tuple(g * Formulas.slope(s) for g, s in zip(gradients, ctx.saved_tensors))


class Layer:
    def __call__(self, x):
        return MySigmoid.apply(x)


my_sigmoid = Layer()
