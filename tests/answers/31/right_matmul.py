"""A product of matrices pairs trust and rows by itself."""


def latih(model, opt, x, y, yakin, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        selisih = (model(x) - y) ** 2
        loss = (yakin @ selisih).sum() / yakin.sum()
        loss.backward()
        opt.step()
    return loss.item()
