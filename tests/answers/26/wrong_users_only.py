"""Divided by the notes of those that use it.

check: unused
advice: hanya dengan catatan proses yang memakainya
"""


def combine(gradients, counts):
    hasil = []
    for p in zip(*gradients):
        ada = [(n, g) for n, g in zip(counts, p) if g is not None]
        hasil.append(sum(n * g for n, g in ada) / sum(n for n, _ in ada) if ada else None)
    return hasil
