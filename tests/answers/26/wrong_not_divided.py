"""Weighted, never divided.

check: value
advice: belum dibagi jumlahnya
"""


def combine(gradients, counts):
    return [sum(n * g for n, g in zip(counts, p) if g is not None) for p in zip(*gradients)]
