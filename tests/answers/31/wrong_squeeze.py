"""Takes the last axis away, which works for one column only.

check: error
advice: must match the size of tensor
"""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = ((model(x) - y) ** 2).squeeze()
        loss = (yakin * selisih).sum() / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
