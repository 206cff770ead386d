"""Moved in place, recorded.

check: error
advice: leaf Variable
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    gw, gb = torch.autograd.grad(loss, (w, b))
    w -= lr * gw
    b -= lr * gb
    return loss.item()
