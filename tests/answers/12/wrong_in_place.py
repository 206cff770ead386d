"""Writes the area into the width.

check: side_effects
advice: Isi `a` berubah sesudah dipanggil
"""


def value_and_gradient(a, b):
    K = 2 * a + b
    ga = (b / K) ** 2
    gb = 2 * (a / K) ** 2
    a *= b
    return a / K, ga, gb
