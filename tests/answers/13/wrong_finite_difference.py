"""Shifts every input a little.

check: row
advice: itu selisih hingga
"""

import torch


def jacobian_row(f, x, i):
    h = 1e-6
    steps = torch.eye(len(x), dtype=x.dtype) * h
    return torch.stack([(f(x + s)[i] - f(x - s)[i]) / (2 * h) for s in steps])
