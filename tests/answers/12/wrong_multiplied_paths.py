"""Multiplies where two paths meet.

check: gradients
advice: Kedua jalan dikalikan
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = b / K * (-2 * L / K**2)
    gb = a / K * (-L / K**2)
    return L / K, ga, gb
