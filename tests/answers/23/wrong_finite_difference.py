"""Columns of differences.

check: values
advice: itu selisih hingga
"""

import torch


def jacobian(f, x):
    step = 1e-5 * torch.eye(x.numel(), dtype=x.dtype)
    return torch.stack([(f(x + h) - f(x - h)) / 2e-5 for h in step], dim=1)
