"""Only the path through the area; the fence is forgotten.

check: gradients
advice: Baru satu jalan, lewat L. a juga mengubah K
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K
    gb = a / K
    return L / K, ga, gb
