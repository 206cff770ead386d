"""A mask times a Python number is float32.

check: value
advice: sekecil pembulatan float32
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


class Huber(torch.autograd.Function):
    @staticmethod
    def forward(ctx, pred, target, delta):
        ctx.save_for_backward(pred, target)
        ctx.d = delta
        e = pred - target
        kecil = e.abs() <= delta
        return kecil * 0.5 * e ** 2 + ~kecil * delta * (e.abs() - delta / 2)

    @staticmethod
    def backward(ctx, g):
        pred, target = ctx.saved_tensors
        e = pred - target
        g = g * torch.minimum(torch.maximum(e, torch.full_like(e, -ctx.d)), torch.full_like(e, ctx.d))
        gp = gt = None
        if ctx.needs_input_grad[0]:
            gp = g.sum_to_size(*pred.shape) if pred.dim() else g.sum()
        if ctx.needs_input_grad[1]:
            gt = -g.sum_to_size(*target.shape) if target.dim() else -g.sum()
        return gp, gt, None


def huber(pred, target, delta):
    return Huber.apply(pred, target, delta)
