"""Moves a copy, unrecorded.

check: connected
advice: tidak punya graf
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        with torch.no_grad():
            titik = titik - lr * lereng
        titik.requires_grad_()
    return titik.detach()
