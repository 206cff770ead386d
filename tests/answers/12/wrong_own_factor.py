"""Takes the input itself as derivative of the product.

check: gradients
advice: tertulis dL/da = a, seharusnya b
"""


def value_and_gradient(a, b):
    L = a * b
    K = 2 * a + b
    ga = a / K - 2 * L / K**2
    gb = b / K - L / K**2
    return L / K, ga, gb
