"""lereng_laju walks on its own and cuts in between.

check: rate
advice: Hanya langkah terakhir
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    titik = w
    for _ in range(k):
        titik = titik.detach().requires_grad_()
        titik = maju(f, titik, lr, 1)
    return torch.autograd.grad(g(titik), lr)[0]
