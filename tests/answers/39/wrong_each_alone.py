"""Each sheet is clipped by itself.

check: clipped
advice: dipotong sendiri sebelum dijumlahkan
"""

import torch
import torch.nn.functional as F


def langkah(model, opt, lembaran, batas):
    params = list(model.parameters())
    jumlah = [torch.zeros_like(p) for p in params]
    for x, y in lembaran:
        opt.zero_grad()
        (F.mse_loss(model(x), y) / len(lembaran)).backward()
        torch.nn.utils.clip_grad_norm_(params, batas)
        jumlah = [j + p.grad for j, p in zip(jumlah, params)]
    for p, j in zip(params, jumlah):
        p.grad = j
    opt.step()
