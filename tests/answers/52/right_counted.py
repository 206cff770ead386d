"""One loop over sheets; emptied after the step."""

import torch
import torch.nn.functional as F


def satu_putaran(model, opt, lembaran, kumpul):
    riwayat, belajar = [], set()
    opt.zero_grad()
    jumlah, terkumpul = 0.0, []
    for nomor, (x, y) in enumerate(lembaran, 1):
        if not terkumpul:
            banyak = sum(len(a) for a, _ in lembaran[nomor - 1:nomor - 1 + kumpul])
        loss = F.mse_loss(model(x), y, reduction="sum") / (banyak * y[0].numel())
        loss.backward()
        jumlah += loss.item()
        terkumpul.append(nomor)
        if len(terkumpul) == kumpul or nomor == len(lembaran):
            belajar |= {nama for nama, p in model.named_parameters() if p.grad is not None and bool((p.grad != 0).any())}
            opt.step()
            opt.zero_grad()
            riwayat.append(jumlah)
            jumlah, terkumpul = 0.0, []
    return riwayat, [nama for nama, _ in model.named_parameters() if nama not in belajar]
