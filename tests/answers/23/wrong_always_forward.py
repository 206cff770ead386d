"""Columns, however many there are.

check: fewest
advice: Anda memakai arah maju: 300 perjalanan
"""

import torch


def jacobian(f, x):
    return torch.func.jacfwd(f)(x)
