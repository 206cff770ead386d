"""One gradient for all fields together.

check: gradients
advice: tidak ada yang dijumlahkan
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = (b / K - 2 * L / K**2).sum()
    gb = (a / K - L / K**2).sum()
    return L / K, ga, gb
