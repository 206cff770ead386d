"""The mean halved for the step only.

check: update
advice: separuh
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    gw, gb = torch.autograd.grad(loss / 2, (w, b))
    with torch.no_grad():
        w -= lr * gw
        b -= lr * gb
    return loss.item()
