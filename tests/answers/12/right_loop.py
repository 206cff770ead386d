"""Number by number in plain Python."""

import torch


def value_and_gradient(a, b):
    rows = []
    for x, y in zip(a.flatten().tolist(), b.flatten().tolist()):
        k = 2 * x + y
        rows.append((x * y / k, y / k - 2 * x * y / k**2, x / k - x * y / k**2))
    parts = zip(*rows) if rows else ([], [], [])
    return tuple(torch.tensor(part, dtype=a.dtype).reshape(a.shape) for part in parts)
