"""The critic's gradients are asked for and put in their place."""

import torch
import torch.nn.functional as F


def bce(skor, target):
    return F.binary_cross_entropy_with_logits(skor, torch.full_like(skor, target))


def langkah(pembuat, penilai, opt_pembuat, opt_penilai, asli, acak):
    pembuat.zero_grad()
    tiruan = pembuat(acak)
    mengecoh = bce(penilai(tiruan), 1.0)
    mengecoh.backward()
    opt_pembuat.step()
    jeli = bce(penilai(asli), 1.0) + bce(penilai(tiruan.detach()), 0.0)
    params = list(penilai.parameters())
    for p, g in zip(params, torch.autograd.grad(jeli, params)):
        p.grad = g
    opt_penilai.step()
    return mengecoh.item(), jeli.item()
