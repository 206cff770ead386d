"""The gradient is weighted, the loss is not.

check: returned_loss
advice: beri bobot sama, 1/3
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    losses = []
    for x, y in parts:
        loss = loss_fn(model(x), y)
        (loss * len(x) / n).backward()
        losses.append(loss.item())
    return sum(losses) / len(losses)
