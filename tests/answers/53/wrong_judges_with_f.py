"""f at the end.

check: rate
advice: bukan g
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(f(maju(f, w, lr, k)), lr)[0]
