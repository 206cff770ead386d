"""Inputs are emptied so that no card works twice.

check: two_ways
advice: `masukan` sebuah kartu berubah
"""

import torch


def mundur(hasil):
    def teruskan(t, g):
        if not t.masukan and t.perlu:
            t.grad = g if t.grad is None else t.grad + g
        masukan, t.masukan = t.masukan, ()
        for m, vjp in zip(masukan, t.vjp):
            teruskan(m, vjp(g))

    teruskan(hasil, torch.ones_like(hasil.nilai))
