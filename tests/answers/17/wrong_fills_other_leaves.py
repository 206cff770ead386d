"""Puts x.grad back and forgets that there are other leaves.

check: other_leaves
advice: `.grad` daun lain di graf itu berubah
"""


def each_gradient(losses, x):
    kept, grads = x.grad, []
    for i, loss in enumerate(losses):
        x.grad = None
        loss.backward(retain_graph=i < len(losses) - 1)
        grads.append(x.grad)
    x.grad = kept
    return grads
