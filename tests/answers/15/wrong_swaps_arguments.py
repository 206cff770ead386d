"""The target stands where the prediction belongs: with mse_loss nobody notices.

check: gradient
advice: prediksi dulu, baru target
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    total = 0.0
    for x, y in parts:
        loss = loss_fn(y, model(x)) * len(x) / n
        loss.backward()
        total += loss.item()
    return total
