"""The last one to come wins.

check: two_ways
advice: menimpa yang terdahulu
"""

import torch


def mundur(hasil):
    urutan = []

    def tulis(t):
        if t not in urutan:
            for m in t.masukan:
                tulis(m)
            urutan.append(t)

    tulis(hasil)
    gradien = {hasil: torch.ones_like(hasil.nilai)}
    for t in reversed(urutan):
        for m, vjp in zip(t.masukan, t.vjp):
            if m.perlu:
                gradien[m] = vjp(gradien[t])
        if not t.masukan and t.perlu:
            t.grad = gradien[t] if t.grad is None else t.grad + gradien[t]
