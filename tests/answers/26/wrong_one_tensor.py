"""A single parameter.

check: value
advice: satu gradien untuk setiap parameter
"""


def combine(gradients, counts):
    return [sum(n * g[0] for n, g in zip(counts, gradients)) / sum(counts)]
