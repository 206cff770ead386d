"""The sum of both paths, simplified on paper; a list instead of a tuple."""


def value_and_gradient(a, b):
    K = a + a + b
    return [a * b / K, (b / K) ** 2, 2 * (a / K) ** 2]
