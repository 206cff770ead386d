"""Detached, and still the same memory.

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
    return sum(p.square().sum() for p in model.parameters() if p.ndim > 1)


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


def latih(model, data, uji, setelan, pengacak):
    opt = torch.optim.SGD(model.parameters(), lr=setelan.lr, momentum=0.9)
    (x, y), riwayat = data, []
    terbaik, isi_terbaik = math.inf, None
    model.train()
    for epoch in range(setelan.epoch):
        model.train()
        atur_laju(opt, laju(epoch, setelan))
        jumlah = 0.0
        for baris in kelompok(len(x), setelan.batch, pengacak):
            jumlah += langkah(model, opt, x[baris], y[baris], setelan) * len(baris)
        loss_uji = nilai(model, *uji, setelan)
        if loss_uji < terbaik:
            terbaik, isi_terbaik = loss_uji, {nama: isi.detach() for nama, isi in model.state_dict().items()}
        riwayat.append({
            "laju": opt.param_groups[0]["lr"],
            "latih": jumlah / len(x),
            "uji": loss_uji,
            "bobot": besar_bobot(model).item(),
        })
    model.load_state_dict(isi_terbaik)
    return riwayat
