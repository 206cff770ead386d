"""Forgets dK/da = 2.

check: gradients
advice: turunan lokalnya keliru: dK/da = 2
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K - L / K**2
    gb = a / K - L / K**2
    return L / K, ga, gb
