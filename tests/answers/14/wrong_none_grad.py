"""A parameter without a gradient was not thought of.

check: unused
advice: Lewati parameter itu
"""

import torch


def sgd_step(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
