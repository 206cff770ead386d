"""Empties the gradient as well.

check: gradients
advice: Mengosongkan gradien tugas pemanggil
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
                p.grad = None
