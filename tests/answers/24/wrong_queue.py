"""A queue, and a card works whenever something comes.

check: two_ways
advice: Sebuah kartu bekerja setiap kali
"""

import torch


def mundur(hasil):
    gradien, tumpukan = {hasil: torch.ones_like(hasil.nilai)}, [hasil]
    while tumpukan:
        t = tumpukan.pop(0)
        for m, vjp in zip(t.masukan, t.vjp):
            if m.perlu:
                k = vjp(gradien[t])
                gradien[m] = gradien[m] + k if m in gradien else k
                tumpukan.append(m)
    for t, g in gradien.items():
        if not t.masukan:
            t.grad = g if t.grad is None else t.grad + g
