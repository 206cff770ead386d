"""The mean over all elements.

check: trained
advice: Pembaginya banyaknya unsur
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin[:, None] * selisih).mean()
        loss.backward()
        opt.step()
    return loss.item()
