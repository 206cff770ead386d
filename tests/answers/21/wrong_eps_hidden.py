"""A small number inside the root, a mask after it: wrong for tiny numbers only.

check: far_values
advice: menenggelamkan x yang lebih kecil lagi
"""

import torch


def safe_sqrt(x):
    root = (x.clamp(min=0) + 1e-12).sqrt()
    return torch.where(x > 0, root, torch.zeros_like(x))
