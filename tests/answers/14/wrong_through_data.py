"""Old style: in place through .data, behind the back of autograd.

check: version
advice: autograd tidak tahu
"""


def sgd_step(params, lr):
    for p in params:
        if p.grad is not None:
            p.data -= lr * p.grad
