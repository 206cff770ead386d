"""Cards by their shortest distance from the result: some come before one that uses them.

check: graphs
advice: Untuk t1
"""

import torch


def mundur(hasil):
    jarak, baris = {hasil: 0}, [hasil]
    for t in baris:
        for m in t.masukan:
            if m not in jarak:
                jarak[m] = jarak[t] + 1
                baris.append(m)
    gradien = {hasil: torch.ones_like(hasil.nilai)}
    for t in baris:
        for m, vjp in zip(t.masukan, t.vjp):
            if m.perlu:
                gradien[m] = gradien.get(m, 0) + vjp(gradien[t])
        if not t.masukan and t.perlu:
            t.grad = gradien[t] if t.grad is None else t.grad + gradien[t]
