"""Right for a; for b one path is forgotten.

check: gradients
advice: lewat L. b juga mengubah K
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K - 2 * L / K**2
    gb = a / K
    return L / K, ga, gb
