"""The penalty gets its own backward, after clipping.

check: together
advice: bekerja bersama
after: right_clipped_by_hand
"""


def langkah(model, opt, x, y, setelan):
    opt.zero_grad()
    jumlah = 0.0
    for mulai in range(0, len(x), setelan.potongan):
        bagian = slice(mulai, mulai + setelan.potongan)
        loss = F.mse_loss(model(x[bagian]), y[bagian], reduction="sum") / y.numel()
        loss.backward()
        jumlah += loss.item()
    torch.nn.utils.clip_grad_norm_(list(model.parameters()), max_norm=setelan.batas)
    denda = setelan.denda * besar_bobot(model)
    denda.backward()
    jumlah += denda.item()
    opt.step()
    return jumlah
