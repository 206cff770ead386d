"""Differentiates numerator and denominator each by itself.

check: gradients
advice: Turunan sebuah hasil bagi bukan hasil bagi turunannya
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / 2
    gb = a / 1
    return L / K, ga, gb
