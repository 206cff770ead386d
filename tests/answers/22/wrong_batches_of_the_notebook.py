"""Reads the sheets of the notebook in place of the batches.

check: modes
advice: tidak pernah membaca parameternya, `batches`. Yang dibacanya `lembaran`
"""

import torch

lembaran = [(torch.ones(n, 3, dtype=torch.float64), torch.ones(n, 1, dtype=torch.float64)) for n in (4, 3, 2)]


def evaluate(model, loss_fn, batches):
    model.eval()
    with torch.no_grad():
        return sum(loss_fn(model(x), y).item() for x, y in lembaran) / 3
