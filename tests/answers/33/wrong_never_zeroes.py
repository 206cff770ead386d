"""The emptying got lost in the mending.

check: trained
advice: langkah sebelumnya tidak dikosongkan
"""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        opt.step()
    return loss.item()
