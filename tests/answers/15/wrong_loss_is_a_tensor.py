"""Adds up the losses with their graphs.

check: returned_loss
advice: membawa graf semua potongan
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    total = 0
    for x, y in parts:
        loss = loss_fn(model(x), y) * len(x) / n
        loss.backward()
        total += loss
    return total
