"""Divides by K where the derivative of 1/K has its square.

check: gradients
advice: pembaginya K, seharusnya K²
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K - 2 * L / K
    gb = a / K - L / K
    return L / K, ga, gb
