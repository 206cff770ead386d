"""Each point a new leaf.

check: connected
advice: tidak punya graf
after: right_chain_by_hand
"""


def maju(f, w, lr, k):
    titik = w
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        titik = (titik - lr * lereng).detach().requires_grad_()
    return titik.detach()
