"""Emptied with zeros: the unused layer decays.

check: stale
advice: seperti oleh `zero_grad(set_to_none=False)`
"""

import torch
import torch.nn.functional as F


def satu_putaran(model, opt, lembaran, kumpul):
    riwayat = []
    sunyi = dict.fromkeys(nama for nama, _ in model.named_parameters())
    for mulai in range(0, len(lembaran), kumpul):
        kelompok = lembaran[mulai:mulai + kumpul]
        banyak = sum(len(x) for x, _ in kelompok)
        opt.zero_grad(set_to_none=False)
        jumlah = 0.0
        for x, y in kelompok:
            loss = F.mse_loss(model(x), y) * len(x) / banyak
            loss.backward()
            jumlah += loss.item()
        for nama, p in model.named_parameters():
            if p.grad is not None and p.grad.any():
                sunyi.pop(nama, None)
        opt.step()
        riwayat.append(jumlah)
    return riwayat, list(sunyi)
