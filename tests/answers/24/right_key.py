"""Counts what each card waits for, as torch does."""

import torch


def mundur(hasil):
    ditunggu, tumpukan = {hasil: 0}, [hasil]
    while tumpukan:
        for m in tumpukan.pop().masukan:
            if m not in ditunggu:
                ditunggu[m] = 0
                tumpukan.append(m)
            ditunggu[m] += 1
    gradien, siap = {hasil: torch.ones_like(hasil.nilai)}, [hasil]
    while siap:
        t = siap.pop()
        for m, vjp in zip(t.masukan, t.vjp):
            if m.perlu:
                k = vjp(gradien[t])
                gradien[m] = gradien[m] + k if m in gradien else k
                ditunggu[m] -= 1
                if ditunggu[m] == 0:
                    siap.append(m)
        if not t.masukan:
            t.grad = gradien[t] if t.grad is None else t.grad + gradien[t]
