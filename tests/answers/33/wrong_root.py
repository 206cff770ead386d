"""The root of the mean.

check: trained
advice: akarnya tidak diminta
"""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = ((model(x) - y) ** 2).mean().sqrt()
        loss.backward()
        opt.step()
    return loss.item()
