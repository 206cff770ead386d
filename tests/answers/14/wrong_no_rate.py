"""Forgets the step length.

check: update
advice: belum dikalikan lr
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= p.grad
