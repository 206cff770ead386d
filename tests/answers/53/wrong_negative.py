"""The direction instead of the slope.

check: rate
advice: arah turunnya
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    return -torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
