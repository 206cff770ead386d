"""The residual is cut, the trust learns.

check: update
advice: Yang diputus selisihnya
after: right_backward
"""


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (e.detach() ** 2 / (1 + e ** 2)).mean()
    gw, gb = torch.autograd.grad(loss, (w, b))
    with torch.no_grad():
        w -= lr * gw
        b -= lr * gb
    return loss.item()
