"""Hands the parameters back.

check: nothing_returned
advice: supaya tidak disangka membuat salinan
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            if p.grad is not None:
                p -= lr * p.grad
    return params
