"""A conversion at the end is an operation too.

check: leaf
advice: `.float()` dan `.to()` juga operasi
"""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float64) * factor
    t.requires_grad_()
    return t.float()


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
