"""A leaf first, multiplied in place where nothing is recorded; the marks asked one after the other."""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float32, requires_grad=True)
    with torch.no_grad():
        t *= factor
    return t


def collects_grad(t):
    if not t.requires_grad:
        return False
    if t.is_leaf:
        return True
    return t.retains_grad
