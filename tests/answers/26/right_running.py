"""A running sum for each parameter."""


def combine(gradients, counts):
    total = sum(counts)
    hasil = [None] * len(gradients[0])
    for milik, n in zip(gradients, counts):
        for i, g in enumerate(milik):
            if g is None:
                continue
            bagian = g * (n / total)
            hasil[i] = bagian if hasil[i] is None else hasil[i] + bagian
    return hasil
