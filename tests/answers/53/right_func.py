"""torch.func.grad at every point."""

import torch


def maju(f, w, lr, k):
    lereng = torch.func.grad(f)
    titik = w
    for _ in range(k):
        titik = titik - lr * lereng(titik)
    return titik


def lereng_laju(f, g, w, lr, k):
    return torch.func.grad(lambda laju: g(maju(f, w, laju, k)))(lr)
