"""All graphs are built before the one backward.

check: one_graph
advice: 5 graf potongan hidup bersamaan
"""


def accumulate(model, loss_fn, parts):
    model.zero_grad()
    n = sum(len(x) for x, _ in parts)
    loss = sum(loss_fn(model(x), y) * len(x) for x, y in parts) / n
    loss.backward()
    return loss.item()
