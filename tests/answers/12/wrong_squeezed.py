"""Drops dimensions of size one.

check: layouts
advice: Hitung unsur demi unsur
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = (b / K - 2 * L / K**2).squeeze()
    gb = (a / K - L / K**2).squeeze()
    return L / K, ga, gb
