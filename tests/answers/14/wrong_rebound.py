"""The trap of lesson 04: a new tensor under the old name.

check: update
advice: hanya memindahkan nama p
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p = p - lr * p.grad
