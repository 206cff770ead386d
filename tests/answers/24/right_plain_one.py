"""Starts with the number 1; where nothing is multiplied, a leaf holds a plain number."""


def mundur(hasil):
    urutan = []

    def kunjungi(t):
        if t not in urutan:
            for m in t.masukan:
                kunjungi(m)
            urutan.append(t)

    kunjungi(hasil)
    tiba = dict.fromkeys(urutan, 0.0) | {hasil: 1.0}
    for t in reversed(urutan):
        g = tiba[t]
        if not t.masukan and t.perlu:
            t.grad = g if t.grad is None else t.grad + g
        for m, vjp in zip(t.masukan, t.vjp):
            tiba[m] = tiba[m] + vjp(g)
