"""The derivative of 1/K without its minus.

check: gradients
advice: Tanda jalan lewat K terbalik
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K + 2 * L / K**2
    gb = a / K + L / K**2
    return L / K, ga, gb
