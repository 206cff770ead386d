"""The other leaf.

check: rate
advice: `lereng laju` berbentuk
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), w)[0]
