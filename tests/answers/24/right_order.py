"""Topological order by recursion, read backwards."""

import torch


def mundur(hasil):
    urutan = []

    def tulis(t):
        if t not in urutan:
            for m in t.masukan:
                tulis(m)
            urutan.append(t)

    tulis(hasil)
    gradien = {t: torch.zeros_like(t.nilai) for t in urutan}
    gradien[hasil] = gradien[hasil] + 1
    for t in urutan[::-1]:
        for m, vjp in zip(t.masukan, t.vjp):
            gradien[m] = gradien[m] + vjp(gradien[t])
        if not t.masukan and t.perlu:
            t.grad = gradien[t] if t.grad is None else t.grad + gradien[t]
