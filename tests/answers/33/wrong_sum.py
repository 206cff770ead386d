"""The sum of the squares.

check: trained
advice: yang diminta rata-ratanya
"""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = ((model(x) - y) ** 2).sum()
        loss.backward()
        opt.step()
    return loss.item()
