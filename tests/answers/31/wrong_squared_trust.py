"""The trust gets into the square.

check: trained
advice: Keyakinannya ikut dikuadratkan
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (yakin[:, None] * (model(x) - y)) ** 2
        loss = selisih.sum() / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
