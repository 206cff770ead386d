"""What was counted in one call stays for the next one.

check: adds
advice: Dua kali `mundur`
"""

import torch


DITUNGGU = {}


def mundur(hasil):
    if hasil not in DITUNGGU:
        DITUNGGU[hasil], tumpukan = 0, [hasil]
        while tumpukan:
            for m in tumpukan.pop().masukan:
                if m not in DITUNGGU:
                    DITUNGGU[m] = 0
                    tumpukan.append(m)
                DITUNGGU[m] += 1
    gradien, siap = {hasil: torch.ones_like(hasil.nilai)}, [hasil]
    while siap:
        t = siap.pop()
        for m, vjp in zip(t.masukan, t.vjp):
            if m.perlu:
                gradien[m] = gradien.get(m, 0) + vjp(gradien[t])
                DITUNGGU[m] -= 1
                if DITUNGGU[m] == 0:
                    siap.append(m)
        if not t.masukan:
            t.grad = gradien[t] if t.grad is None else t.grad + gradien[t]
