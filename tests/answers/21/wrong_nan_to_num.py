"""Tidies the values up after the root.

check: edges
advice: Turunan akar di 0 adalah Inf
"""

import torch


def safe_sqrt(x):
    return torch.nan_to_num(x.sqrt(), nan=0.0)
