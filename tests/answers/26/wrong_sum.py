"""Only summed.

check: value
advice: Itu jumlahnya
"""


def combine(gradients, counts):
    return [None if all(g is None for g in p) else sum(g for g in p if g is not None) for p in zip(*gradients)]
