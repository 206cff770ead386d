"""Multiplies in the caller's list.

check: side_effects
advice: diubah di tempat
"""

import torch


def scale(values, factor):
    for i, part in enumerate(values):
        if isinstance(part, list):
            scale(part, factor)
        else:
            values[i] = part * factor


def make_leaf(values, factor):
    scale(values, factor)
    return torch.tensor(values, dtype=torch.float32, requires_grad=True)


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
