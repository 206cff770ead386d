"""The two paths written out, as in the lesson."""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    dz_dL = 1 / K
    dz_dK = -L / K**2
    ga = dz_dL * b + dz_dK * 2
    gb = dz_dL * a + dz_dK
    return L / K, ga, gb
