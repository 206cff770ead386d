"""Slope taken once, at the start.

check: point
advice: gradien di titik awal
"""

import torch


def maju(f, w, lr, k):
    lereng, = torch.autograd.grad(f(w), w, create_graph=True)
    titik = w
    for _ in range(k):
        titik = titik - lr * lereng
    return titik


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
