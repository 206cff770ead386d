"""Cut between steps, recorded in the last.

check: connected
advice: tidak ada jalan ke w
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        titik = titik.detach().requires_grad_()
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = titik - lr * lereng
    return titik
