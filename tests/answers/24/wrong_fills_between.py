"""Cards in between get .grad too.

check: leaves_only
advice: kartu antara
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
                gradien[m] = gradien.get(m, 0) + vjp(gradien[t])
        if t.perlu:
            t.grad = gradien[t] if t.grad is None else t.grad + gradien[t]
