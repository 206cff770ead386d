"""The second backward adds to what the first has left in .grad.

check: values
advice: Gradien f ikut dijumlahkan
"""

import torch


def hvp(f, x, v):
    x = x.detach().requires_grad_()
    f(x).backward(create_graph=True)
    (x.grad * v).sum().backward()
    return x.grad
