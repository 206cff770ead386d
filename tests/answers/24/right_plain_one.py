"""Starts with the number 1; where nothing is multiplied, a leaf holds a plain number."""


def mundur(hasil):
    def teruskan(t, g):
        if not t.masukan and t.perlu:
            t.grad = g if t.grad is None else t.grad + g
        for m, vjp in zip(t.masukan, t.vjp):
            teruskan(m, vjp(g))

    teruskan(hasil, 1.0)
