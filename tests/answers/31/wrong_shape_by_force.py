"""Forces the product into one column: the first n of n times n numbers.

check: ignored_rows
advice: targetnya tidak boleh berpengaruh
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin * selisih)[:, 0].sum() / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
