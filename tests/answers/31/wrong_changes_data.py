"""Writes the trust into the data of the caller.

check: side_effects
advice: Isi `y` berubah
"""


def latih(model, opt, x, y, yakin, langkah):
    y *= yakin[:, None]
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin[:, None] * selisih).sum() / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
