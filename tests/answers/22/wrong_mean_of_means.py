"""All batches alike.

check: value
advice: Semua batch Anda beri bobot sama
"""

import torch


def evaluate(model, loss_fn, batches):
    semula = [(m, m.training) for m in model.modules()]
    model.eval()
    with torch.no_grad():
        jumlah = sum(loss_fn(model(x), y).item() for x, y in batches)
    for m, training in semula:
        m.training = training
    return jumlah / len(batches)
