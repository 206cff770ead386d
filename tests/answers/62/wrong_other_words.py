"""Only names changed.

check: faults
advice: keempatnya masih ada
"""

import copy
import math

import torch
import torch.nn.functional as F
from torch import nn

from jejak.catalog import find

exec(compile(find("62_rekan_baru").given, "<rekan>", "exec"))


def latih(model, data, uji, setelan, pengacak):
    opt = torch.optim.SGD(model.parameters(), lr=setelan.lr, momentum=0.9)
    (x, y), riwayat = data, []
    terbaik, isi_terbaik = math.inf, None
    model.train()
    for epoch in range(setelan.epoch):
        atur_laju(opt, laju(epoch, setelan))
        kumpul = 0.0
        for baris in kelompok(len(x), setelan.batch, pengacak):
            kumpul += langkah(model, opt, x[baris], y[baris], setelan) * len(baris)
        loss_uji = nilai(model, *uji, setelan)
        if loss_uji < terbaik:
            terbaik, isi_terbaik = loss_uji, model.state_dict()
        riwayat.append({
            "laju": opt.param_groups[0]["lr"],
            "latih": kumpul / len(x),
            "uji": loss_uji,
            "bobot": besar_bobot(model).item(),
        })
    model.load_state_dict(isi_terbaik)
    return riwayat
