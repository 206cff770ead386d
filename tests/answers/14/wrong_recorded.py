"""In place, but while operations are recorded.

check: update
advice: tidak boleh ditimpa selagi operasi dicatat
"""


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p -= lr * p.grad
