"""Gives up at the first parameter without a gradient.

check: unused
advice: yang sesudahnya tetap diperbarui
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                break
            p -= lr * p.grad
