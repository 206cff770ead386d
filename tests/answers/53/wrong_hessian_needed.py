"""Fails where a slope does not depend on the point.

check: error
advice: does not require grad
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    titik, laju = w.detach().requires_grad_(), lr.detach()
    geser = torch.zeros_like(titik)
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik, create_graph=True)
        hv, = torch.autograd.grad(lereng, titik, geser)
        geser = geser - lereng.detach() - laju * hv
        titik = (titik - laju * lereng).detach().requires_grad_()
    akhir, = torch.autograd.grad(g(titik), titik)
    return akhir @ geser
