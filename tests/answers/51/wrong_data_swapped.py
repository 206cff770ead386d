"""Detached in place to be moved; b never asks again.

check: leaves
advice: `b` tidak lagi meminta gradien
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    gw, gb = torch.autograd.grad(loss, (w, b))
    w.detach_().sub_(lr * gw)
    b.detach_().sub_(lr * gb)
    w.requires_grad_(False)
    w.requires_grad_(True)
    b.requires_grad_(False)
    return loss.item()
