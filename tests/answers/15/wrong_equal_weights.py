"""Divides by the number of parts, as one may when they are equal.

check: gradient
advice: beri bobot sama, 1/3
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y) / len(parts)
        loss.backward()
        total += loss.item()
    return total
