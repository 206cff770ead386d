"""The whole function unrecorded; the new numbers copied into the old tensor."""

import torch


@torch.no_grad()
def sgd_step(params, lr):
    for p in params:
        if p.grad is None:
            continue
        p.copy_(p - lr * p.grad)
