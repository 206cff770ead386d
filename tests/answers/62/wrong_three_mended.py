"""All but the copy.

check: faults
advice: 1 masih ada
"""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from jejak.catalog import find

exec(compile(find("62_rekan_baru").given, "<rekan>", "exec"))


def besar_bobot(model):
    bobot = [p.flatten() for nama, p in model.named_parameters() if p.dim() >= 2]
    return torch.cat(bobot).pow(2).sum()


def langkah(model, opt, x, y, setelan):
    opt.zero_grad()
    jumlah = 0.0
    for bagian_x, bagian_y in zip(x.split(setelan.potongan), y.split(setelan.potongan)):
        meleset = F.mse_loss(model(bagian_x), bagian_y)
        loss = meleset + setelan.denda * besar_bobot(model)
        loss = loss * len(bagian_x) / len(x)
        loss.backward()
        jumlah += loss.item()
    grads = [p.grad for p in model.parameters() if p.grad is not None]
    norma = torch.cat([g.flatten() for g in grads]).norm()
    if norma > setelan.batas:
        for g in grads:
            g.mul_(setelan.batas / norma)
    opt.step()
    return jumlah


def nilai(model, x, y, setelan):
    model.eval()
    jumlah = 0.0
    with torch.no_grad():
        for bagian_x, bagian_y in zip(x.split(setelan.potongan), y.split(setelan.potongan)):
            jumlah += F.mse_loss(model(bagian_x), bagian_y, reduction="sum").item()
    model.train()
    return jumlah / y.numel()
