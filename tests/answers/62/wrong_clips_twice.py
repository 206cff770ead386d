"""After the pieces, and after each piece as before.

check: faults
advice: 1 masih ada
after: right_clipped_by_hand
"""


def langkah(model, opt, x, y, setelan):
    opt.zero_grad()
    jumlah = 0.0
    for bagian_x, bagian_y in zip(x.split(setelan.potongan), y.split(setelan.potongan)):
        meleset = F.mse_loss(model(bagian_x), bagian_y)
        loss = meleset + setelan.denda * besar_bobot(model)
        loss = loss * len(bagian_x) / len(x)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), setelan.batas)
        jumlah += loss.item()
    nn.utils.clip_grad_norm_(model.parameters(), setelan.batas)
    opt.step()
    return jumlah
