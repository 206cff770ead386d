"""Leaves x.grad empty, whatever was in it.

check: side_effects
advice: menghapus gradien milik pemanggil
"""


def each_gradient(losses, x):
    grads = []
    for i, loss in enumerate(losses):
        x.grad = None
        loss.backward(retain_graph=i < len(losses) - 1, inputs=[x])
        grads.append(x.grad)
    x.grad = None
    return grads
