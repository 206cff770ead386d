"""Rows, however many there are.

check: fewest
advice: Anda memakai arah mundur: 300 perjalanan
"""

import torch


def jacobian(f, x):
    return torch.func.jacrev(f)(x)
