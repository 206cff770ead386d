"""Element by element.

check: intact
advice: Ada yang semula benar
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
    nn.utils.clip_grad_value_(model.parameters(), setelan.batas)
    opt.step()
    return jumlah
