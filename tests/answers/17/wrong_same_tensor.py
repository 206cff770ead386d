"""Stores x.grad itself, which goes on growing; puts the old one back at the end.

check: gradients
advice: jumlah gradien semua loss
"""


def each_gradient(losses, x):
    kept, grads = x.grad, []
    x.grad = None
    for i, loss in enumerate(losses):
        loss.backward(retain_graph=i < len(losses) - 1)
        grads.append(x.grad)
    x.grad = kept
    return grads
