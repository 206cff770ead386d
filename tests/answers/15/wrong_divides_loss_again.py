"""The weighted losses are divided once more by the number of parts.

check: returned_loss
advice: masih Anda bagi dengan banyaknya potongan
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y) * len(x) / n
        loss.backward()
        total += loss.item()
    return total / len(parts)
