"""backward, emptied before and after."""

import torch


def kepercayaan(w, b, x, y):
    with torch.no_grad():
        e = (x @ w + b).unsqueeze(1) - y
        return 1 / (1 + e ** 2)


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    w.grad = b.grad = None
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    w.grad = b.grad = None
    return loss.item()
