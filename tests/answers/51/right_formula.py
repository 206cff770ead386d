"""The gradient by hand; the column squeezed."""

import torch


def kepercayaan(w, b, x, y):
    e = x @ w + b - y.squeeze(1)
    return (1 / (1 + e * e)).detach().reshape(-1, 1)


def langkah(w, b, x, y, lr):
    with torch.no_grad():
        e = x @ w + b - y[:, 0]
        u = kepercayaan(w, b, x, y)[:, 0]
        loss = (u * e * e).sum() / len(e)
        g = 2 * u * e / len(e)
        w.sub_(lr * (x.T @ g))
        b.sub_(lr * g.sum())
    return float(loss)
