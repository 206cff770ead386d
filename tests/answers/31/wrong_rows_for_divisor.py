"""Divides by the number of rows.

check: trained
advice: Pembaginya banyaknya baris
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin[:, None] * selisih).sum() / len(x)
        loss.backward()
        opt.step()
    return loss.item()
