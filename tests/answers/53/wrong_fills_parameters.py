"""Only the last derivative by backward, w and lr put right.

check: untouched
advice: parameter
"""

import torch


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik


def lereng_laju(f, g, w, lr, k):
    lama_w, lama = w.grad, lr.grad
    w.grad = lr.grad = None
    g(maju(f, w, lr, k)).backward()
    hasil = lr.grad
    w.grad, lr.grad = lama_w, lama
    return hasil
