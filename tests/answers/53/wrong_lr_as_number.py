"""lr becomes a float.

check: connected
advice: tidak ada jalan ke lr
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr.item() * lereng
    return titik
