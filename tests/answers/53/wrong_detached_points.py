"""Each point a new leaf.

check: connected
advice: tidak punya graf
"""

import torch


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = (titik - lr * lereng).detach().requires_grad_()
    return titik.detach()


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
