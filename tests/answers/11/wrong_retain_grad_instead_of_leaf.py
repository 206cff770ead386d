"""retain_grad fills .grad but does not make a leaf.

check: leaf
advice: tetapi tensornya tetap hasil operasi
"""

import torch


def make_leaf(values, factor):
    t = torch.tensor(values, dtype=torch.float32, requires_grad=True) * factor
    t.retain_grad()
    return t


def collects_grad(t):
    return t.requires_grad and (t.is_leaf or t.retains_grad)
