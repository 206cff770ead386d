"""A new tensor behind .data.

check: storage
advice: memakai memori lain
"""


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p.data = p.data - lr * p.grad
