"""Keeps what forward has computed.

check: second
advice: tidak punya jalan ke masukan
"""

import torch


class Huber(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target, delta):
        ctx.save_for_backward(pred - target)
        ctx.bentuk = pred.shape, target.shape
        ctx.delta = delta
        besar = (pred - target).abs()
        return torch.where(besar <= delta, besar ** 2 / 2, delta * (besar - delta / 2))

    @staticmethod
    def backward(ctx, g):
        selisih, = ctx.saved_tensors
        lokal = g * selisih.clamp(-ctx.delta, ctx.delta)
        return lokal.sum_to_size(ctx.bentuk[0]), -lokal.sum_to_size(ctx.bentuk[1]), None


def huber(pred, target, delta):
    return Huber.apply(pred, target, delta)
