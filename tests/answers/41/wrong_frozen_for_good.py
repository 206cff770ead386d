"""Freezes the critic and never thaws it.

check: error
advice: tidak tersambung ke tensor yang meminta gradien
"""

import torch
import torch.nn.functional as F


def bce(skor, target):
    return F.binary_cross_entropy_with_logits(skor, torch.full_like(skor, target))


def langkah(pembuat, penilai, opt_pembuat, opt_penilai, asli, acak):
    opt_pembuat.zero_grad()
    opt_penilai.zero_grad()
    penilai.requires_grad_(False)
    tiruan = pembuat(acak)
    mengecoh = bce(penilai(tiruan), 1.0)
    mengecoh.backward()
    opt_pembuat.step()
    jeli = bce(penilai(asli), 1.0) + bce(penilai(tiruan.detach()), 0.0)
    jeli.backward()
    opt_penilai.step()
    return mengecoh.item(), jeli.item()
