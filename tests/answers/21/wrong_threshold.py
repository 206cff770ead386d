"""Calls everything under 1e-8 zero.

check: far_values
advice: yang diganti hanya x ≤ 0
"""

import torch


def safe_sqrt(x):
    safe = torch.where(x > 1e-8, x, torch.ones_like(x))
    return torch.where(x > 1e-8, safe.sqrt(), torch.zeros_like(x))
