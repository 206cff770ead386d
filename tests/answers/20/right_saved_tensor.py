"""strength travels as a saved tensor; a mul into a clone; needs_input_grad is asked."""

import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.save_for_backward(torch.as_tensor(strength, dtype=x.dtype))
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad_output):
        strength, = ctx.saved_tensors
        if not ctx.needs_input_grad[0]:
            return None, None
        return grad_output.clone().mul_(-strength), None


def reverse(x, strength=1.0):
    y = Reverse.apply(x, strength)
    return y
