"""Every path by itself: what arrives at a leaf is added at once."""

import torch


def mundur(hasil, g=None):
    g = torch.ones_like(hasil.nilai) if g is None else g
    if not hasil.masukan:
        if hasil.perlu:
            hasil.grad = g if hasil.grad is None else hasil.grad + g
        return
    for m, vjp in zip(hasil.masukan, hasil.vjp):
        mundur(m, vjp(g))
