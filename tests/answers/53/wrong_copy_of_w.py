"""Starts from a copy.

check: connected
advice: tidak ada jalan ke w
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w.detach().clone().requires_grad_()
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik
