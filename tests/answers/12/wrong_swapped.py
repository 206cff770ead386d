"""Right derivatives in the wrong order.

check: gradients
advice: urutan `ga` dan `gb` tertukar
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = 2 * (a / K) ** 2
    gb = (b / K) ** 2
    return L / K, ga, gb
