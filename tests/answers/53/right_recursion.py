"""One step, then the rest; inputs= keeps backward to itself."""

import torch


def maju(f, w, lr, k):
    if k == 0:
        return w
    (lereng,) = torch.autograd.grad(f(w), [w], create_graph=True, retain_graph=True)
    return maju(f, w - lereng * lr, lr, k - 1)


def lereng_laju(f, g, w, lr, k):
    laju = lr.detach().clone().requires_grad_()
    hasil = g(maju(f, w, laju, k))
    hasil.backward(inputs=[laju])
    return laju.grad
