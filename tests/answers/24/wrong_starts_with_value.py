"""The value of the result is sent back instead of 1.

check: two_ways
advice: Semuanya terkali nilai `hasil`
"""

import torch


def mundur(hasil):
    def teruskan(t, g):
        if not t.masukan and t.perlu:
            t.grad = g if t.grad is None else torch.add(t.grad, g)
        for m, vjp in zip(t.masukan, t.vjp):
            teruskan(m, vjp(g))

    teruskan(hasil, hasil.nilai)
