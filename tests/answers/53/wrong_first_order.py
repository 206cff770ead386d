"""lereng_laju takes the slopes for numbers.

check: rate
advice: perlakukan sebagai angka
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    titik, jumlah = w, 0
    for _ in range(k):
        lereng, = torch.autograd.grad(f(titik), titik)
        jumlah = jumlah + lereng
        titik = titik - lr * lereng
    akhir, = torch.autograd.grad(g(titik), titik)
    return -(akhir * jumlah).sum()
