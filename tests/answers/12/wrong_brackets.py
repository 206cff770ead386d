"""Brackets around the divisor forgotten.

check: value
advice: Beri kurung pada pembaginya
"""


def value_and_gradient(a, b):
    z = a * b / 2 * a + b
    K = 2 * a + b
    return z, b / K - 2 * a * b / K**2, a / K - a * b / K**2
