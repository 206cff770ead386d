"""Switches requires_grad on for every parameter, also for a frozen one.

check: marks
advice: Parameter itu dibekukan pemanggil
"""


def sgd_step(params, lr):
    for p in params:
        p.requires_grad_(False)
        if p.grad is not None:
            p -= lr * p.grad
        p.requires_grad_(True)
