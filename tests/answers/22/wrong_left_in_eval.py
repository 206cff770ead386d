"""Never goes back.

check: modes
advice: sesudahnya False
"""

import torch


def evaluate(model, loss_fn, batches):
    model.eval()
    with torch.no_grad():
        jumlah = sum(loss_fn(model(x), y).item() * len(x) for x, y in batches)
    return jumlah / sum(len(x) for x, _ in batches)
