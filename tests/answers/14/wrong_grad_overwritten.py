"""Multiplies the gradient in place.

check: gradients
advice: membuat tensor baru
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p.sub_(p.grad.mul_(lr))
