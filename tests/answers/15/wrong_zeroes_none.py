"""Calls zero_() on a gradient that is still None.

check: error
advice: 'NoneType' object has no attribute 'zero_'
"""


def accumulate(model, loss_fn, parts):
    for p in model.parameters():
        p.grad.zero_()
    n = sum(len(x) for x, _ in parts)
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y) * len(x) / n
        loss.backward()
        total += loss.item()
    return total
