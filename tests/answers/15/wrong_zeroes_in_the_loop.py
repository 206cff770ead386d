"""zero_grad stands inside the loop.

check: gradient
advice: Yang tersisa hanya potongan terakhir. Kosongkan di luar
"""


def accumulate(model, loss_fn, parts):
    n = sum(len(x) for x, _ in parts)
    total = 0.0
    for x, y in parts:
        model.zero_grad()
        loss = loss_fn(model(x), y) * len(x) / n
        loss.backward()
        total += loss.item()
    return total
