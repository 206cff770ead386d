"""The flag is put on the prediction, which is cut off already.

check: moves
advice: tidak bergeser sedikit pun
"""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        taksiran = model(x).detach()
        taksiran.requires_grad_()
        loss = ((taksiran - y) ** 2).mean()
        loss.backward()
        opt.step()
    return loss.item()
