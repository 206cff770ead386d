"""A trust without its column.

check: trust
advice: `kepercayaan` berbentuk
after: right_backward
"""


def kepercayaan(w, b, x, y):
    with torch.no_grad():
        e = x @ w + b - y.squeeze(1)
        return 1 / (1 + e ** 2)
