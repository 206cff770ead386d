"""Walks up the slope.

check: update
advice: parameter bergerak melawan gradien
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p += lr * p.grad
