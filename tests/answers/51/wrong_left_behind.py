"""Emptied before, not after.

check: leaves
advice: masih berisi
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    w.grad = b.grad = None
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    return loss.item()
