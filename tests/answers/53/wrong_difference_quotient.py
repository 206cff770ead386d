"""Two rates apart.

check: rate
advice: selisih hingga
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    h = 1e-4
    kanan, kiri = (g(maju(f, w, lr.detach() + geser, k)) for geser in (h, 0.0))
    return ((kanan - kiri) / h).detach()
