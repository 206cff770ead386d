"""The new axis stands in front, where broadcasting puts it anyway.

check: ignored_rows
advice: targetnya tidak boleh berpengaruh
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin[None, :] * selisih).sum() / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
