"""Rewrapping the product in torch.tensor leaves the mark behind.

check: recorded
advice: mempunyai `requires_grad=False`
"""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float32, requires_grad=True) * factor
    return torch.tensor(t)


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
