"""Clipping and modes.

check: faults
advice: 2 masih ada
"""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from jejak.catalog import find

exec(compile(find("62_rekan_baru").given, "<rekan>", "exec"))


def langkah(model, opt, x, y, setelan):
    opt.zero_grad()
    jumlah = 0.0
    for bagian_x, bagian_y in zip(x.split(setelan.potongan), y.split(setelan.potongan)):
        meleset = F.mse_loss(model(bagian_x), bagian_y)
        loss = meleset + setelan.denda * besar_bobot(model)
        loss = loss * len(bagian_x) / len(x)
        loss.backward()
        jumlah += loss.item()
    nn.utils.clip_grad_norm_(model.parameters(), setelan.batas)
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
