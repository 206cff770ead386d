"""Goes every path from the result to a leaf.

check: graphs
advice: sebuah kartu bekerja 2 kali
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def mundur(hasil, g=None):
    if g is None:
        g = torch.ones_like(hasil.nilai)
    if not hasil.perlu:
        return
    if not hasil.masukan:
        hasil.grad = g if hasil.grad is None else hasil.grad + g
    for m, v in zip(hasil.masukan, hasil.vjp):
        mundur(m, v(g))
