"""Stops too early.

check: point
advice: satu langkah kurang
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(1, k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik
