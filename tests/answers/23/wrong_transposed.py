"""Columns stacked as rows.

check: values
advice: tertukar baris dan kolomnya
"""

import torch
from torch.func import jacrev, jvp


def jacobian(f, x):
    if x.numel() < f(x).numel():
        return torch.stack([jvp(f, (x,), (v,))[1] for v in torch.eye(x.numel(), dtype=x.dtype)])
    return jacrev(f)(x)
