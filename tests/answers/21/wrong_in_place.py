"""Writes zeros into the input.

check: side_effects
advice: Isi `x` berubah
"""

import torch


def safe_sqrt(x):
    with torch.no_grad():
        x[x <= 0] = 0
    return torch.where(x > 0, x, 0.0).sqrt()
