"""A row minus a column.

check: trust
advice: disiarkan menjadi tabel
after: right_backward
"""


def kepercayaan(w, b, x, y):
    with torch.no_grad():
        e = x @ w + b - y
        return 1 / (1 + e ** 2)
