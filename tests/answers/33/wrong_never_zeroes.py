"""The emptying got lost in the mending.

check: trained
advice: seharusnya
"""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        opt.step()
    return loss.item()
