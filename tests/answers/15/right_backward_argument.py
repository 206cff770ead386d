"""The weight, a float32 number, is given to backward; the losses are looked at in a forward of their own."""

import torch


def accumulate(model, loss_fn, parts):
    sizes = torch.tensor([len(x) for x, _ in parts])
    weights = sizes / sizes.sum()
    values = []
    with torch.no_grad():
        for x, y in parts:
            values.append(loss_fn(model(x), y))
    model.zero_grad()
    for (x, y), weight in zip(parts, weights):
        loss = loss_fn(model(x), y)
        loss.backward(weight.to(loss.dtype))
    return sum(v.item() * len(x) for v, (x, _) in zip(values, parts)) / int(sizes.sum())
