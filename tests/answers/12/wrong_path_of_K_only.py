"""Only the path through the fence.

check: gradients
advice: Baru satu jalan, lewat K. a juga mengubah L
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = -2 * L / K**2
    gb = -L / K**2
    return L / K, ga, gb
