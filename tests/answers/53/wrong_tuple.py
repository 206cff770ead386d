"""The whole tuple.

check: rate
advice: tuple
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)
