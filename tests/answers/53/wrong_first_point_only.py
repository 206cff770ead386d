"""Slope taken once, at the start.

check: point
advice: gradien di titik awal
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    lereng, = torch.autograd.grad(f(w), w, create_graph=True)
    titik = w
    for _ in range(k):
        titik = titik - lr * lereng
    return titik
