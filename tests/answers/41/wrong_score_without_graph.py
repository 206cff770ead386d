"""The critic is asked under no_grad, and the loss made to ask for a gradient.

check: reached
advice: `penilai` dipanggil selagi pencatatan mati
"""

import torch
import torch.nn.functional as F


def bce(skor, target):
    return F.binary_cross_entropy_with_logits(skor, torch.full_like(skor, target))


def langkah(pembuat, penilai, opt_pembuat, opt_penilai, asli, acak):
    opt_pembuat.zero_grad()
    opt_penilai.zero_grad()
    tiruan = pembuat(acak)
    with torch.no_grad():
        skor = penilai(tiruan)
    mengecoh = bce(skor, 1.0).requires_grad_()
    mengecoh.backward()
    opt_pembuat.step()
    jeli = bce(penilai(asli), 1.0) + bce(penilai(tiruan.detach()), 0.0)
    jeli.backward()
    opt_penilai.step()
    return mengecoh.item(), jeli.item()
