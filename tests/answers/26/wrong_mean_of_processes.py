"""As DDP does.

check: value
advice: merata-ratakan proses
"""


def combine(gradients, counts):
    return [None if all(g is None for g in p) else sum(g for g in p if g is not None) / len(gradients) for p in zip(*gradients)]
