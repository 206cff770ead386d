"""What comes later is passed on by itself: right sums, twice the work.

check: graphs
advice: sebuah kartu bekerja 2 kali
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def mundur(hasil):
    kirim = {hasil: torch.ones_like(hasil.nilai)}
    antre = [hasil]
    while antre:
        k = antre.pop(0)
        g = kirim.pop(k, None)
        if g is None or not k.perlu:
            continue
        if not k.masukan:
            k.grad = g if k.grad is None else k.grad + g
        for m, v in zip(k.masukan, k.vjp):
            kirim[m] = kirim.get(m, 0) + v(g)
            antre.append(m)
