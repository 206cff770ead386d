"""Ignores k.

check: point
advice: tidak pernah membaca parameternya, `k`
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    if True:
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik
