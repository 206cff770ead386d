"""Switches the model to training, whatever it was in.

check: model_kept
advice: Hapus panggilan `train()` atau `eval()`
"""


def accumulate(model, loss_fn, parts):
    model.train()
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    total = 0.0
    for x, y in parts:
        loss = loss_fn(model(x), y) * len(x) / n
        loss.backward()
        total += loss.item()
    return total
