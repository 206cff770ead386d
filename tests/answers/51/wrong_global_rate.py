"""The rate of the notebook.

check: update
advice: lr
after: right_backward
"""


lr_tetap = 0.1


def langkah(w, b, x, y, lr):
    e = (x @ w + b).unsqueeze(1) - y
    loss = (kepercayaan(w, b, x, y) * e ** 2).mean()
    gw, gb = torch.autograd.grad(loss, (w, b))
    with torch.no_grad():
        w -= lr_tetap * gw
        b -= lr_tetap * gb
    return loss.item()
