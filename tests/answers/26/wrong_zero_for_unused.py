"""Zeros where nobody uses it.

check: unused
advice: seharusnya `None`
"""

import torch


def combine(gradients, counts):
    hasil = []
    for p in zip(*gradients):
        given = [n * g for n, g in zip(counts, p) if g is not None]
        hasil.append(sum(given) / sum(counts) if given else torch.zeros(()))
    return hasil
