"""The trust is recorded.

check: unrecorded
advice: masih punya jalan
after: right_backward
"""


def kepercayaan(w, b, x, y):
    e = (x @ w + b).unsqueeze(1) - y
    return 1 / (1 + e ** 2)
