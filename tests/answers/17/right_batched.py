"""All at once: one row of the identity for each loss."""

import torch


def each_gradient(losses, x):
    y = torch.stack(losses)
    eye = torch.eye(len(losses), dtype=y.dtype)
    (grads,) = torch.autograd.grad(y, x, eye, is_grads_batched=True)
    return list(grads)
