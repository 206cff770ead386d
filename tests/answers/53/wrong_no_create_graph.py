"""Slopes as numbers.

check: connected
advice: berlaku sebagai angka
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik)
        titik = titik - lr * lereng
    return titik
