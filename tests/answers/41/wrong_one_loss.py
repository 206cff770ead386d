"""One loss, one backward: neither gets its own gradient.

check: trained
advice: bukan hanya miliknya
"""

import torch
import torch.nn.functional as F


def bce(skor, target):
    return F.binary_cross_entropy_with_logits(skor, torch.full_like(skor, target))


def langkah(pembuat, penilai, opt_pembuat, opt_penilai, asli, acak):
    opt_pembuat.zero_grad()
    opt_penilai.zero_grad()
    tiruan = pembuat(acak)
    mengecoh = bce(penilai(tiruan), 1.0)
    jeli = bce(penilai(asli), 1.0) + bce(penilai(tiruan.detach()), 0.0)
    (mengecoh + jeli).backward()
    opt_pembuat.step()
    opt_penilai.step()
    return mengecoh.item(), jeli.item()
