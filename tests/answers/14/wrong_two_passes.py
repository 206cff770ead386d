"""Looks at all gradients first; a generator is then used up.

check: generator
advice: hanya bisa dilalui satu kali
"""

import torch


def sgd_step(params, lr):
    if all(p.grad is None for p in params):
        return
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
