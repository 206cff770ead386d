"""Turns recording off for the whole program.

check: side_effects
advice: mode gradien
"""

import torch


def sgd_step(params, lr):
    torch.set_grad_enabled(False)
    for p in params:
        if p.grad is not None:
            p -= lr * p.grad
