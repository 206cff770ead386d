"""Counts the side at the river twice.

check: gradients
advice: turunan lokalnya keliru: dK/db = 1
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K - 2 * L / K**2
    gb = a / K - 2 * L / K**2
    return L / K, ga, gb
