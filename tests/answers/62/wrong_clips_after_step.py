"""Clipped when the step is over.

check: intact
advice: batas 0.5
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
        jumlah += loss.item()
    opt.step()
    nn.utils.clip_grad_norm_(model.parameters(), setelan.batas)
    return jumlah
