"""Moves by 1 and compares.

check: slopes
advice: kenaikan sebesar 1
"""


def slope(f, x):
    return f(x + 1.0) - f(x)


def climb(f, x, steps, size):
    return x
