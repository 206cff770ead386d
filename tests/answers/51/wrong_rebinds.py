"""A new tensor by the old name.

check: update
advice: tidak bergeser sama sekali
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    gw, gb = torch.autograd.grad(loss, (w, b))
    w = w - lr * gw
    b = b - lr * gb
    return loss.item()
