"""The maker works under no_grad.

check: reached
advice: `pembuat` dipanggil selagi pencatatan mati
"""

import torch
import torch.nn.functional as F


def bce(skor, target):
    return F.binary_cross_entropy_with_logits(skor, torch.full_like(skor, target))


def langkah(pembuat, penilai, opt_pembuat, opt_penilai, asli, acak):
    opt_pembuat.zero_grad()
    opt_penilai.zero_grad()
    with torch.no_grad():
        tiruan = pembuat(acak)
    mengecoh = bce(penilai(tiruan), 1.0)
    mengecoh.backward()
    opt_pembuat.step()
    opt_penilai.zero_grad()
    jeli = bce(penilai(asli), 1.0) + bce(penilai(tiruan.detach()), 0.0)
    jeli.backward()
    opt_penilai.step()
    return mengecoh.item(), jeli.item()
