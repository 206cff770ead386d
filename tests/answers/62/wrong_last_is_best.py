"""Every epoch counts as the best.

check: faults
advice: 1 masih ada
after: right_clipped_by_hand
"""


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
        isi_terbaik = copy.deepcopy(model.state_dict())
        riwayat.append({
            "laju": opt.param_groups[0]["lr"],
            "latih": jumlah / len(x),
            "uji": loss_uji,
            "bobot": besar_bobot(model).item(),
        })
    model.load_state_dict(isi_terbaik)
    return riwayat
