"""Moves the caller's w.

check: error
advice: leaf Variable
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik -= lr * lereng
    return titik
