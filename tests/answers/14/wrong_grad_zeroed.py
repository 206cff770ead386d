"""Zeroes the gradient as well.

check: gradients
advice: Gradiennya Anda kosongkan
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad.zero_()
