"""Takes the mean for a sum and divides by N.

check: gradient
advice: kalikan dulu dengan nᵢ
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y) / n
        loss.backward()
        total += loss.item()
    return total
