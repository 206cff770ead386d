"""Signs instead of a clamp, sums written out."""

import torch


class Huber(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target, delta):
        ctx.save_for_backward(pred, target)
        ctx.delta = delta
        besar = (pred - target).abs()
        return torch.where(besar <= delta, besar ** 2 / 2, delta * (besar - delta / 2))

    @staticmethod
    def backward(ctx, g):
        pred, target = ctx.saved_tensors
        lokal = g * torch.where((pred - target).abs() <= ctx.delta, pred - target, ctx.delta * (pred - target).sign())
        return *(s * lokal.sum_to_size(t.shape) for s, t in ((1, pred), (-1, target))), None


def huber(pred, target, delta):
    return Huber.apply(pred, target, delta)
