"""Adds in place to what another card sent too.

check: two_ways
advice: diubah di tempat
"""

import math
import torch
import torch.nn.functional as F
from torch import nn


def mundur(hasil):
    tunggu, lihat, tumpuk = {}, {hasil}, [hasil]
    while tumpuk:
        k = tumpuk.pop()
        for m in k.masukan:
            tunggu[m] = tunggu.get(m, 0) + 1
            if m not in lihat:
                lihat.add(m)
                tumpuk.append(m)
    kirim, siap = {hasil: torch.ones_like(hasil.nilai)}, [hasil]
    while siap:
        k = siap.pop()
        g = kirim.pop(k)
        if not k.masukan and k.perlu:
            if k.grad is None:
                k.grad = g
            else:
                k.grad += g
        for m, v in zip(k.masukan, k.vjp):
            if m in kirim:
                kirim[m] += v(g)
            else:
                kirim[m] = v(g)
            tunggu[m] -= 1
            if tunggu[m] == 0:
                siap.append(m)
