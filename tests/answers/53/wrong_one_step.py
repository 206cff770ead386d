"""Ignores k.

check: point
advice: tidak pernah membaca parameternya, `k`
"""

import torch


def maju(f, w, lr, k):
    titik = w
    if True:
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
