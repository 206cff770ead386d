"""A slope without a graph is taken for no slope.

check: line
advice: Untuk f linear
after: right_chain_by_hand
"""


def lereng_laju(f, g, w, lr, k):
    lereng, = torch.autograd.grad(f(w), w, create_graph=True)
    if not lereng.requires_grad:
        return torch.zeros_like(lr)
    return torch.autograd.grad(g(maju(f, w, lr, k)), lr)[0]
