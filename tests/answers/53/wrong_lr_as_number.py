"""lr becomes a float.

check: connected
advice: tidak ada jalan ke lr
"""

import torch


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr.item() * lereng
    return titik


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
