"""Switches requires_grad off to be allowed to write, and leaves it off.

check: marks
advice: Pencatatan untuk langkah berikutnya jadi mati
"""


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p.requires_grad_(False)
            p -= lr * p.grad
