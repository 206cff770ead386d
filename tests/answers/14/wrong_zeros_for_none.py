"""Fills in zeros where there is no gradient.

check: unused
advice: membedakan gradien nol dari gradien yang tidak ada
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
            p -= lr * p.grad
