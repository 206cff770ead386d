"""The sum is never divided.

check: trained
advice: Pembaginya belum ada
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin[:, None] * selisih).sum()
        loss.backward()
        opt.step()
    return loss.item()
