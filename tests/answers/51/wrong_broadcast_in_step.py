"""The trust is right, the loss a table.

check: loss
advice: selisih di dalam loss berbentuk (n, n)
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = x @ w + b - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    gw, gb = torch.autograd.grad(loss, (w, b))
    with torch.no_grad():
        w -= lr * gw
        b -= lr * gb
    return loss.item()
