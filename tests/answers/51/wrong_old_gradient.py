"""backward on top of what was there.

check: leaves
advice: Gradien lama
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
        b -= lr * b.grad
    w.grad = b.grad = None
    return loss.item()
