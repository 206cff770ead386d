"""Adds up the means.

check: gradient
advice: beri bobot 1, jadi yang terkumpul jumlah
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y)
        loss.backward()
        total += loss.item()
    return total / len(parts)
