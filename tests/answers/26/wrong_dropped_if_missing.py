"""Left out as soon as one lacks it.

check: unused
advice: Sebagian proses memakainya
"""


def combine(gradients, counts):
    return [None if any(g is None for g in p) else sum(n * g for n, g in zip(counts, p)) / sum(counts) for p in zip(*gradients)]
