"""Never emptied before the first group.

check: stale
advice: isi lama itu masih ada
"""

import torch
import torch.nn.functional as F


def satu_putaran(model, opt, lembaran, kumpul):
    riwayat = []
    sunyi = dict.fromkeys(nama for nama, _ in model.named_parameters())
    for mulai in range(0, len(lembaran), kumpul):
        kelompok = lembaran[mulai:mulai + kumpul]
        banyak = sum(len(x) for x, _ in kelompok)
        jumlah = 0.0
        for x, y in kelompok:
            loss = F.mse_loss(model(x), y) * len(x) / banyak
            loss.backward()
            jumlah += loss.item()
        for nama, p in model.named_parameters():
            if p.grad is not None and p.grad.any():
                sunyi.pop(nama, None)
        opt.step()
        opt.zero_grad()
        riwayat.append(jumlah)
    return riwayat, list(sunyi)
