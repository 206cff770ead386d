"""Row after row, where two columns would do.

check: fewest
advice: 2 perjalanan maju sudah cukup
"""

import torch
from torch.func import vjp


def jacobian(f, x):
    y, back = vjp(f, x)
    return torch.stack([back(w)[0] for w in torch.eye(y.numel(), dtype=y.dtype)])
