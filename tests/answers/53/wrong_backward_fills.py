"""backward along the way.

check: side_effects
advice: `w.grad` berubah
"""

import torch


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        titik.retain_grad()
        f(titik).backward(create_graph=True)
        titik = titik - lr * titik.grad
    return titik


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
