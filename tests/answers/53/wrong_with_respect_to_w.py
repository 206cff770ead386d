"""The other leaf.

check: rate
advice: Bentuk `lereng laju`
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    return torch.autograd.grad(g(maju(f, w, lr, k)), w)[0]
