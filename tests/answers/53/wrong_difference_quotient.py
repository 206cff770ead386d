"""Two rates apart.

check: rate
advice: selisih hingga
"""

import torch


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik


def lereng_laju(f, g, w, lr, k):
    h = 1e-4
    kanan, kiri = (g(maju(f, w, lr.detach() + geser, k)) for geser in (h, 0.0))
    return ((kanan - kiri) / h).detach()
