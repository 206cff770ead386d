"""z / a instead of b / K: 0/0 where the width is zero.

check: edges
advice: bagilah hanya dengan K
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = L / K / a - 2 * L / K**2
    gb = L / K / b - L / K**2
    return L / K, ga, gb
