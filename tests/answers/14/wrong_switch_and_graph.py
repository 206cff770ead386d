"""Switching requires_grad off and on again is no substitute for no_grad: a gradient with a graph is recorded.

check: marks
advice: masih punya graf, jadi pengurangannya ikut dicatat
"""


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p.requires_grad_(False)
            p -= lr * p.grad
            p.requires_grad_(True)
