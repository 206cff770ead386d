"""The loss in NumPy only for the report; the gradient of the mean by its formula."""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        taksiran = model(x)
        selisih = taksiran.detach() - y
        taksiran.backward(2 * selisih / selisih.numel())
        opt.step()
    return float((selisih.numpy() ** 2).mean())
