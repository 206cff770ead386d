"""Where nothing is positive the result has no graph.

check: edges
advice: tidak tersambung ke x
"""

import torch


def safe_sqrt(x):
    if (x <= 0).all():
        return torch.zeros_like(x)
    safe = torch.where(x > 0, x, torch.ones_like(x))
    return torch.where(x > 0, safe.sqrt(), torch.zeros_like(x))
