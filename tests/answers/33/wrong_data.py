"""The prediction is taken out by .data.

check: moves
advice: tidak bergeser sedikit pun
"""


def latih(model, opt, x, y, langkah):
    for _ in range(langkah):
        opt.zero_grad()
        loss = ((model(x).data - y) ** 2).mean().requires_grad_()
        loss.backward()
        opt.step()
    return loss.item()
