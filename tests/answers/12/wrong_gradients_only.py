"""The value is left out.

check: three_results
advice: yang datang 2 hasil
"""


def value_and_gradient(a, b):
    K = 2 * a + b
    return b / K - 2 * a * b / K**2, a / K - a * b / K**2
